package gan

import (
	"cmp"
	"maps"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// resolve fills in the defaults of a configuration and checks what the user
// asked for. The returned Config has every field that matters set.
func (v *Variant) resolve(c zoo.Config, d *zoo.Dataset) (zoo.Config, *Settings, error) {
	if err := v.checkRequest(&c, d); err != nil {
		return c, nil, err
	}
	setup := v.setup(d.Kind, c.Params["preset"])
	network, err := setup.fill(&c, tensor.Shape(d.Shape))
	if err != nil {
		return c, nil, err
	}
	if err := v.checkLabels(&c, d); err != nil {
		return c, nil, err
	}
	values, err := v.values(setup, c.Params)
	if err != nil {
		return c, nil, err
	}
	s := &Settings{
		Arch: network, Kind: d.Kind, Shape: tensor.Shape(d.Shape), Classes: d.Classes,
		Batch: c.Batch, Labels: c.Labels, Seed: c.Seed, values: values,
	}
	if err := s.checkDepth(); err != nil {
		return c, nil, err
	}
	s.useDefaults(setup.Steps)
	if v.Codes != nil {
		s.codes = v.Codes(s)
	}
	if err := s.checkTogether(v); err != nil {
		return c, nil, err
	}
	c.Params = s.texts()
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

// fill gives the fields that the user left out their defaults, and finds the network.
func (u Setup) fill(c *zoo.Config, shape tensor.Shape) (*arch.Arch, error) {
	c.Arch = cmp.Or(c.Arch, arch.For(u.Arch, shape))
	c.Batch = cmp.Or(c.Batch, u.Batch)
	if c.Steps == 0 && c.Epochs == 0 && c.Time == 0 {
		c.Steps = u.Steps
	}
	return arch.Find(c.Arch, shape)
}

// with lays what the other sets over a setup.
func (u Setup) with(other Setup) Setup {
	set := map[string]any{}
	maps.Copy(set, u.Set)
	maps.Copy(set, other.Set)
	return Setup{
		Arch: cmp.Or(other.Arch, u.Arch), Batch: cmp.Or(other.Batch, u.Batch), Steps: cmp.Or(other.Steps, u.Steps), Set: set,
	}
}

// values are those of all settings: what the user asked for, else what the setup
// brings with it, else the declared defaults.
func (v *Variant) values(setup Setup, asked map[string]string) (map[string]any, error) {
	values := map[string]any{}
	params := v.params()
	for _, p := range params {
		value := p.Default
		if other, ok := setup.Set[p.Name]; ok {
			value = other
		}
		if text, ok := asked[p.Name]; ok {
			var err error
			if value, err = p.parse(text); err != nil {
				return nil, err
			}
		}
		values[p.Name] = value
	}
	return values, v.checkNames(asked, params)
}

// texts writes the settings as a user would give them.
func (s *Settings) texts() map[string]string {
	texts := map[string]string{}
	for name, value := range s.values {
		texts[name] = format(value)
	}
	return texts
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
