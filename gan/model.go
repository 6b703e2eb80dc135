package gan

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Model is a variant's two networks with all that its training changes.
type Model struct {
	Settings *Settings
	G, D     *nn.Network

	variant          *Variant
	updateG, updateD *nn.Updater
	averageG         *average // of weights and running statistics
	averageD         *average // of weights

	state    []*graph.Variable // the objective's own, in the order of their names
	kept     []*graph.Variable // what tricks keep from step to step
	clock    *graph.Variable   // generator steps, where a trick counts them
	historyD *history          // of historical averaging; nil without
	historyG *history

	reference *tensor.Tensor // latents of virtual batch normalisation; nil without
}

// NewModel makes the networks of a variant with their first weights. Of the
// dataset only the description matters: no file is read. It also returns the
// configuration with every default filled in. What the user has asked for and cannot
// have is a *zoo.Error of kind UsageError, data that cannot be one of kind DataError.
func NewModel(v *Variant, c zoo.Config, d *zoo.Dataset) (*Model, zoo.Config, error) {
	c, set, err := v.resolve(c, d)
	if err != nil {
		return nil, c, err
	}
	var m *Model
	var short error
	err = graph.Catch(func() {
		networks := set.blueprints(v)
		if short = set.checkMemory(networks); short == nil {
			m = newModel(v, set, networks[0].build(), networks[1].build())
		}
	})
	return m, c, errors.Join(err, short)
}

// check refuses what NewModel would, but makes no networks.
func (v *Variant) check(c zoo.Config, d *zoo.Dataset) error {
	_, set, err := v.resolve(c, d)
	if err != nil {
		return err
	}
	var short error
	err = graph.Catch(func() { short = set.checkMemory(set.blueprints(v)) })
	return errors.Join(err, short)
}

// blueprints are the generator and the discriminator.
func (s *Settings) blueprints(v *Variant) [2]blueprint {
	g, d := s.specs(v)
	layers := s.Arch.Discriminator
	if v.Autoencoder {
		layers = func(d arch.Spec) []nn.Layer { return s.Arch.Autoencoder(d, s.Int("code")) }
	}
	return [2]blueprint{
		{"generator", tensor.Shape{g.Latent}, s.weights(false), slices.Concat(arch.Told(g), s.Arch.Generator(g))},
		{"discriminator", d.Shape, s.weights(s.Flag("spectral_norm")), layers(d)},
	}
}

// blueprint is a network before its weights are made.
type blueprint struct {
	name   string
	in     tensor.Shape
	setup  nn.Setup
	layers []nn.Layer
}

func (b *blueprint) build() *nn.Network { return nn.New(b.name, b.in, b.setup, b.layers...) }

// NewModelOf is NewModel with networks of the caller's: to try an objective on
// networks small enough to work out by hand. The generator's input, but for codes and
// classes, is the noise.
func NewModelOf(v *Variant, c zoo.Config, d *zoo.Dataset, generator, discriminator *nn.Network) (*Model, error) {
	_, set, err := v.resolve(c, d)
	if err != nil {
		return nil, err
	}
	given := set.layout().Width() - set.Int("latent") + set.joined(v.generatorClasses(set))
	set.values["latent"] = generator.In.Size() - given
	return newModel(v, set, generator, discriminator), nil
}

func newModel(v *Variant, set *Settings, generator, discriminator *nn.Network) *Model {
	m := &Model{Settings: set, G: generator, D: discriminator, variant: v}
	m.updateG = set.optimizer(set.Param("lr_g")).Bind("generator.optimizer", m.G.Trainable())
	m.updateD = set.optimizer(set.Param("lr_d")).Bind("discriminator.optimizer", m.D.Trainable())
	m.averageG = newAverage(m.G.Variables(), "steps", set.Param("ema"))
	m.averageD = newAverage(m.D.Trainable(), "discriminator.steps", set.Param("ema_d"))
	for _, name := range slices.Sorted(maps.Keys(v.State)) {
		s := graph.NewVariable(stateName(name), false)
		s.Value.Data[0] = float32(v.State[name])
		m.state = append(m.state, s)
	}
	for _, t := range tricks {
		if t.state != nil {
			t.state(m)
		}
	}
	return m
}

func stateName(name string) string { return "discriminator.state." + name }

// stateVariable returns one of the variant's own variables.
func (m *Model) stateVariable(name string) *graph.Variable {
	i := slices.IndexFunc(m.state, func(v *graph.Variable) bool { return v.Name == stateName(name) })
	if i < 0 {
		panic(fmt.Sprintf("gan: no state %q is declared", name))
	}
	return m.state[i]
}

// outputs is the number of the discriminator's outputs.
func (v *Variant) outputs(s *Settings) int {
	if v.Outputs == nil {
		return 1
	}
	return v.Outputs(s)
}

// Variables lists all that a checkpoint must keep: weights and running statistics of
// both networks, optimisers' moments, averages, and the states of objective and tricks.
func (m *Model) Variables() []*graph.Variable {
	var all []*graph.Variable
	all = append(all, m.G.Variables()...)
	all = append(all, m.D.Variables()...)
	all = append(all, m.updateG.State...)
	all = append(all, m.updateD.State...)
	all = append(all, m.averageG.variables()...)
	all = append(all, m.averageD.variables()...)
	all = append(all, m.state...)
	return append(all, m.kept...)
}

// serving returns the context in which the generator serves: by its averaged
// weights, or by the live ones when raw is set or no average is kept.
func (m *Model) serving(raw bool) *nn.Context {
	if raw {
		return nn.Inference(nil)
	}
	return nn.Inference(m.averageG.swap())
}
