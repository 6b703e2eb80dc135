package gan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// Settings is a configuration with every default filled in, for one dataset:
// all that decides what a model is and the bytes that its training gives.
type Settings struct {
	Arch    *arch.Arch
	Kind    zoo.Kind
	Shape   tensor.Shape // of one example: C×H×W, or 2
	Classes int          // of the data; 0 when unlabelled
	Batch   int
	Labels  int // labelled examples; 0: none
	Seed    uint64

	codes  []Code // the variant's
	values map[string]any
}

// Param returns a number among the settings.
func (s *Settings) Param(name string) float64 {
	switch v := s.value(name).(type) {
	case float64:
		return v
	case int:
		return float64(v)
	}
	panic(fmt.Sprintf("gan: setting %q is no number", name))
}

// Int returns a whole number among the settings.
func (s *Settings) Int(name string) int { return int(s.Param(name)) }

// Flag returns a yes or no among the settings.
func (s *Settings) Flag(name string) bool { return s.value(name).(bool) }

// Choice returns a word among the settings.
func (s *Settings) Choice(name string) string { return s.value(name).(string) }

func (s *Settings) value(name string) any {
	v, ok := s.values[name]
	if !ok {
		panic(fmt.Sprintf("gan: no setting %q is declared", name))
	}
	return v
}

// resolve fills in the defaults of a configuration and checks what the user
// asked for. The returned Config has every field that matters set.
func (v *Variant) resolve(c zoo.Config, d *zoo.Dataset) (zoo.Config, *Settings, error) {
	if err := checkCounts(&c, d); err != nil {
		return c, nil, err
	}
	if !slices.Contains(v.kinds(), d.Kind) {
		return c, nil, fault.New(fault.Usage, fmt.Sprintf("%s does not learn from %s", v.Name, d.Kind), "--data", fmt.Sprintf("choose data of %s", v.kinds()[0]))
	}
	if c.Params["preset"] == presetPaper && v.Original.empty() {
		return c, nil, fault.New(fault.Usage, fmt.Sprintf("%s has no setting of its paper's own to begin with", v.Name), "--preset",
			"leave it out: its paper's networks are not in the zoo, or its settings not known")
	}
	setup := v.setup(d.Kind, c.Params["preset"])
	shape := tensor.Shape(d.Shape)
	if c.Arch == "" {
		c.Arch = arch.For(setup.Arch, shape)
	}
	network, err := arch.Find(c.Arch, shape)
	if err != nil {
		return c, nil, err
	}
	if c.Batch == 0 {
		c.Batch = setup.Batch
	}
	if c.Steps == 0 && c.Epochs == 0 && c.Time == 0 {
		c.Steps = setup.Steps
	}
	if err := v.checkLabels(&c, d); err != nil {
		return c, nil, err
	}

	s := &Settings{
		Arch: network, Kind: d.Kind, Shape: shape, Classes: d.Classes,
		Batch: c.Batch, Labels: c.Labels, Seed: c.Seed, values: map[string]any{},
	}
	asked := c.Params
	c.Params = map[string]string{}
	params := v.params()
	for _, p := range params {
		value := p.Default
		if other, ok := setup.Set[p.Name]; ok {
			value = other
		}
		if text, ok := asked[p.Name]; ok {
			if value, err = p.parse(text); err != nil {
				return c, nil, err
			}
		}
		s.values[p.Name] = value
	}
	if err := v.checkNames(asked, params); err != nil {
		return c, nil, err
	}
	if network.Depth == 0 && s.Int("depth") > 0 {
		return c, nil, fault.New(fault.Usage, fmt.Sprintf("the network %s has a depth of its own", network.Name), "--set depth", "leave it out, or choose another --arch")
	}
	s.useDefaults(setup.Steps)
	if v.Codes != nil {
		s.codes = v.Codes(s)
	}
	if err := s.checkTricks(v); err != nil {
		return c, nil, err
	}
	if v.Check != nil {
		if err := v.Check(s); err != nil {
			return c, nil, err
		}
	}
	for name, value := range s.values {
		c.Params[name] = format(value)
	}
	return c, s, nil
}

// setup returns the defaults on a kind of data: those for images, with what
// differs on points and in the preset laid over.
func (v *Variant) setup(kind zoo.Kind, preset string) Setup {
	setup := v.Images
	if kind == zoo.Points {
		setup = setup.with(v.Points)
	}
	if preset == presetPaper {
		setup = setup.with(v.Original)
	}
	if kind == zoo.Points {
		setup.Arch = cmp.Or(v.Points.Arch, "toy")
	}
	return setup
}

func (u Setup) empty() bool { return u.Arch == "" && u.Batch == 0 && u.Steps == 0 && len(u.Set) == 0 }

// with lays what the other sets over a setup.
func (u Setup) with(other Setup) Setup {
	set := map[string]any{}
	maps.Copy(set, u.Set)
	maps.Copy(set, other.Set)
	return Setup{
		Arch: cmp.Or(other.Arch, u.Arch), Batch: cmp.Or(other.Batch, u.Batch), Steps: cmp.Or(other.Steps, u.Steps), Set: set,
	}
}

// useDefaults replaces the values that stand for the network's own, and for the
// steps of the budget that the variant begins with.
func (s *Settings) useDefaults(steps int64) {
	if s.Choice(precisionParam.Name) == precisionAuto {
		s.values[precisionParam.Name] = kernel.BestPrecision().String()
	}
	if s.Int("instance_noise_steps") == 0 {
		s.values["instance_noise_steps"] = int(steps)
	}
	if code, ok := s.values["code"]; ok && code == 0 {
		s.values["code"] = s.Arch.Latent
	}
	if s.Int("latent") == 0 {
		s.values["latent"] = s.Arch.Latent
	}
	if s.Int("width") == 0 {
		s.values["width"] = s.Arch.Width
	}
	if s.Int("depth") == 0 {
		s.values["depth"] = s.Arch.Depth
	}
	if s.Choice("norm_d") == networksOwn {
		s.values["norm_d"] = string(s.Arch.Norm)
	}
	if s.Choice("norm_g") == networksOwn {
		s.values["norm_g"] = string(s.Arch.NormG)
	}
	if s.Choice("init") == networksOwn {
		s.values["init"] = s.Arch.Init.Name
	}
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

// checkCounts refuses numbers that no training can have.
func checkCounts(c *zoo.Config, d *zoo.Dataset) error {
	refuse := func(flag, what string) error {
		return fault.New(fault.Usage, what, flag, "give a number above zero, or leave it out for the default")
	}
	switch {
	case c.Batch < 0:
		return refuse("--batch", fmt.Sprintf("a batch cannot have %d examples", c.Batch))
	case c.Batch == 1:
		return fault.New(fault.Usage, "a batch of one example has no spread to normalise by", "--batch", "give 2 or more")
	case c.Batch > zoo.MaxBatch:
		return fault.New(fault.Usage, fmt.Sprintf("a batch of %d examples is too large", c.Batch), "--batch", fmt.Sprintf("give at most %d", zoo.MaxBatch))
	case c.Steps < 0:
		return refuse("--steps", fmt.Sprintf("cannot train for %d steps", c.Steps))
	case c.Epochs < 0 || c.Epochs != c.Epochs:
		return refuse("--epochs", fmt.Sprintf("cannot train for %v epochs", c.Epochs))
	case c.Time < 0:
		return refuse("--time", fmt.Sprintf("cannot train for %v", c.Time.Round(time.Second)))
	case c.Threads < 0:
		return refuse("--threads", fmt.Sprintf("cannot run on %d threads", c.Threads))
	case c.Labels < 0:
		return refuse("--labels", fmt.Sprintf("cannot use %d labelled examples", c.Labels))
	case c.CheckpointEvery < 0 || c.SampleEvery < 0:
		return refuse("", "the steps between checkpoints or samples cannot be negative")
	case d.Count < 1 || len(d.Shape) == 0 || slices.Min(d.Shape) < 1 || tensor.Shape(d.Shape).Size() > maxExample:
		return fault.New(fault.Data, fmt.Sprintf("the dataset %s has %d examples of %v", d.Name, d.Count, tensor.Shape(d.Shape)),
			"--data", "choose another dataset")
	}
	return nil
}

// maxExample bounds the values in an example: an image of 1024×1024 in colour.
const maxExample = 3 << 20

// checkLabels refuses labels that the variant or the data has no use for.
func (v *Variant) checkLabels(c *zoo.Config, d *zoo.Dataset) error {
	switch {
	case v.labels() == zoo.LabelsRequired && d.Classes == 0:
		return fault.New(fault.Usage, fmt.Sprintf("%s is told the class of each example, and the dataset %s has no labels", v.Name, d.Name),
			"--data", "choose labelled data, such as mnist")
	case c.Labels > 0 && v.labels() != zoo.LabelsOptional:
		return fault.New(fault.Usage, v.Name+" does not learn from labels", "--labels", "leave it out")
	case c.Labels > 0 && d.Classes == 0:
		return fault.New(fault.Usage, "the dataset "+d.Name+" has no labels", "--labels", "choose labelled data, such as mnist")
	case c.Labels > d.Count:
		return fault.New(fault.Usage, fmt.Sprintf("the dataset %s has only %d examples", d.Name, d.Count), "--labels", "ask for fewer labels")
	case c.Labels > 0 && c.Labels < d.Classes:
		return fault.New(fault.Usage, fmt.Sprintf("%d labels leave some of the %d classes without an example", c.Labels, d.Classes),
			"--labels", fmt.Sprintf("give at least %d", d.Classes))
	}
	return nil
}

func (v *Variant) labels() zoo.Labels {
	if v.Labels == "" {
		return zoo.LabelsUnused
	}
	return v.Labels
}

// checkNames refuses settings that do not exist.
func (v *Variant) checkNames(asked map[string]string, params []Param) error {
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if slices.ContainsFunc(params, func(p Param) bool { return p.Name == name }) {
			continue
		}
		names := make([]string, len(params))
		for i, p := range params {
			names[i] = p.Name
		}
		return fault.New(fault.Usage, fmt.Sprintf("%s has no setting %q", v.Name, name), "--set "+name,
			didyoumean.Sentence(name, names, "it has: "+strings.Join(names, ", ")))
	}
	return nil
}

// labelledBatch is the number of labelled examples in a step.
func (s *Settings) labelledBatch() int { return min(s.Labels, s.Batch) }
