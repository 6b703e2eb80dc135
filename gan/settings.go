package gan

import (
	"fmt"
	"slices"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Settings is a configuration with every default filled in, for one dataset:
// all that decides what a model is and the bytes that its training gives. Settings by
// name are the variant's Params and the common ones, which zoo info lists; to ask for
// one that is not declared, or as another type, is a defect of the variant and panics.
type Settings struct {
	Arch    *arch.Arch
	Kind    zoo.Kind
	Shape   tensor.Shape // of one example: C×H×W, or 2
	Classes int          // of the data; 0 when unlabelled
	Batch   int          // examples in a step
	Labels  int          // labelled examples; 0: none
	Seed    uint64

	codes  []Code // the variant's
	values map[string]any
}

// Param returns a setting that is a number, whole or not.
func (s *Settings) Param(name string) float64 {
	switch v := s.value(name).(type) {
	case float64:
		return v
	case int:
		return float64(v)
	}
	panic(fmt.Sprintf("gan: setting %q is no number", name))
}

// Int returns a setting that is a whole number.
func (s *Settings) Int(name string) int { return int(s.Param(name)) }

// Flag returns a setting that is true or false.
func (s *Settings) Flag(name string) bool { return s.value(name).(bool) }

// Choice returns a setting that is a word.
func (s *Settings) Choice(name string) string { return s.value(name).(string) }

func (s *Settings) value(name string) any {
	v, ok := s.values[name]
	if !ok {
		panic(fmt.Sprintf("gan: no setting %q is declared", name))
	}
	return v
}

// specs is what the generator and the discriminator are made for.
func (s *Settings) specs(v *Variant) (g, d arch.Spec) {
	g = arch.Spec{
		Shape: s.Shape, Latent: s.layout().Width() + s.joined(v.generatorClasses(s)), Width: s.Int("width"), Depth: s.Int("depth"),
		Outputs: v.outputs(s), Norm: arch.Norm(s.Choice("norm_d")), NormG: arch.Norm(s.Choice("norm_g")),
		Dropout: s.Param("dropout"), Minibatch: s.Flag("minibatch_discrimination"),
		Classes: s.Classes, LabelMap: s.Int(zoo.LabelMap),
	}
	if v.Head != nil {
		g.Head = v.Head(s)
	}
	d = g
	d.Shape = s.Shape.Clone()
	d.Shape[0] = (d.Shape[0] + s.joined(v.discriminatorClasses(s))) * s.Int("packing")
	return g, d
}

// weights is how a network's weights begin.
func (s *Settings) weights(spectral bool) nn.Setup {
	i := slices.IndexFunc(nn.Inits, func(i nn.Init) bool { return i.Name == s.Choice("init") })
	return nn.Setup{Init: nn.Inits[i], Seed: s.Seed, Spectral: spectral}
}

// optimizer returns the rule with the given learning rate and its schedule.
func (s *Settings) optimizer(rate float64) nn.Optimizer {
	return nn.Halving{Optimizer: s.rule(rate), Every: s.Int("lr_halve")}
}

func (s *Settings) rule(rate float64) nn.Optimizer {
	switch s.Choice("optimizer") {
	case "sgd":
		return nn.SGD{Rate: rate, Momentum: s.Param("beta1")}
	case "rmsprop":
		return nn.RMSProp{Rate: rate}
	}
	return nn.Adam{Rate: rate, Beta1: s.Param("beta1"), Beta2: s.Param("beta2")}
}

// labelledBatch is the number of labelled examples in a step.
func (s *Settings) labelledBatch() int { return min(s.Labels, s.Batch) }
