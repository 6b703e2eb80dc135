package gan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
)

// common are the settings that every variant has. A variant changes defaults
// in its Setup.
var common = []Param{
	{Name: "preset", Default: presetDefault, Choices: []string{presetDefault, presetPaper}, Doc: "defaults to begin with: what learns best in a few minutes, or the paper's own"},
	{Name: "optimizer", Default: "adam", Choices: []string{"adam", "rmsprop", "sgd"}, Doc: "rule that moves the weights of both networks"},
	{Name: "lr_d", Default: 2e-4, Max: 10, Doc: "learning rate of the discriminator"},
	{Name: "lr_g", Default: 2e-4, Max: 10, Doc: "learning rate of the generator"},
	{Name: "beta1", Default: 0.5, Max: 0.9999, Doc: "Adam's decay of the gradient's mean; SGD's momentum"},
	{Name: "beta2", Default: 0.999, Max: 0.999999, Doc: "Adam's decay of the gradient's square"},
	{Name: "n_critic", Default: 1, Min: 1, Max: 1000, Doc: "discriminator updates per generator update"},
	{Name: "ema", Default: 0.999, On: 0.999, Max: 0.999999, Doc: "decay of the generator's averaged weights, from which samples come; 0 keeps no average"},
	{Name: "ema_d", Default: 0.0, On: 0.9999, Max: 0.999999, Doc: "decay of the discriminator's averaged weights, by which it is measured and exported; 0 keeps no average"},
	{Name: "latent", Default: 0, Max: 1 << 16, Doc: "size of z; 0 means the network's own"},
	{Name: "prior", Default: "normal", Choices: []string{"normal", "uniform"}, Doc: "distribution of z: N(0,1) or U(−1,1)"},
	{Name: "width", Default: 0, Max: 1 << 12, Doc: "width of the networks' layers; 0 means the network's own"},
	{Name: "depth", Default: 0, Max: 64, Doc: "depth of the networks: hidden layers, or convolutions at each size of their images; 0 means the network's own"},
	{Name: "norm_d", Default: networksOwn, Choices: []string{networksOwn, "none", "batch", "layer"}, Doc: "normalisation in the discriminator; network means the network's own"},
	{Name: "norm_g", Default: networksOwn, Choices: []string{networksOwn, "none", "batch", "layer"}, Doc: "normalisation in the generator; network means the network's own"},
	{Name: "lr_halve", Default: 0, Max: 1e9, Doc: "updates after which both learning rates halve, again and again; 0: never"},
	precisionParam,
	{Name: "init", Default: networksOwn, Choices: initNames(), Doc: "first weights; network means the network's own"},
}

// code is the setting of auto-encoder discriminators.
var code = Param{Name: "code", Default: 0, Max: 1 << 16, Doc: "numbers in the discriminator's code; 0 means the size of the network's z"}

// Presets: what a variant learns best with in a few minutes on a CPU, and what
// its paper had.
const (
	presetDefault = "default"
	presetPaper   = "paper"
)

// networksOwn stands for what the network brings with it; 0 does where the
// setting is a number.
const networksOwn = "network"

func initNames() []string {
	names := []string{networksOwn}
	for _, i := range nn.Inits {
		names = append(names, i.Name)
	}
	return names
}

// params lists a variant's settings with the defaults for images.
func (v *Variant) params() []Param {
	list := v.declared()
	for i, p := range list {
		if value, ok := v.Images.Set[p.Name]; ok {
			list[i].Default = value
		}
	}
	return list
}

// declared lists a variant's settings as they are declared, its own first. One
// of its own stands for a common one of the same name.
func (v *Variant) declared() []Param {
	list := slices.Clone(v.Params)
	all := common
	if v.Autoencoder {
		all = append([]Param{code}, all...)
	}
	for _, t := range tricks {
		all = slices.Concat(all, t.settings)
	}
	for _, p := range all {
		if paramNamed(v.Params, p.Name) == nil {
			list = append(list, p)
		}
	}
	return list
}

// paramNamed returns the setting of that name, or nil.
func paramNamed(list []Param, name string) *Param {
	i := slices.IndexFunc(list, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// namesLike tells somebody who has named no setting of the list which one may have
// been meant, or all that there are.
func namesLike(name string, list []Param) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Name
	}
	return didyoumean.Sentence(name, names, "it has: "+strings.Join(names, ", "))
}

// checkDefaults refuses defaults that a user could not have given.
func (v *Variant) checkDefaults() error {
	declared := v.declared()
	for i, setup := range []Setup{v.Images, v.Points, v.Original} {
		if err := setup.check(declared); err != nil {
			return fmt.Errorf("gan: %s of %s: %w", [...]string{"Images", "Points", "Original"}[i], v.Name, err)
		}
	}
	return nil
}

func (u *Setup) check(declared []Param) error {
	for _, name := range slices.Sorted(maps.Keys(u.Set)) {
		value, p := u.Set[name], paramNamed(declared, name)
		if p == nil {
			return fmt.Errorf("there is no setting %q; %s", name, namesLike(name, declared))
		}
		if got, want := fmt.Sprintf("%T", value), fmt.Sprintf("%T", p.Default); got != want {
			return fmt.Errorf("the setting %s is of type %s, not %s", name, want, got)
		}
		if _, err := p.parse(format(value)); err != nil {
			return err
		}
	}
	return nil
}

// parse reads a value of the parameter's type and checks its bounds.
func (p *Param) parse(text string) (any, error) {
	bad := func(want string) error {
		return fault.New(fault.Usage, fmt.Sprintf("the setting %s cannot be %q", p.Name, text), "--set "+p.Name, "give "+want)
	}
	if text == "on" && p.On != nil {
		return p.On, nil
	}
	inRange := func(v float64) bool { return v >= p.Min && v <= p.Max } // false for NaN
	between := fmt.Sprintf("between %v and %v", p.Min, p.Max)
	switch p.Default.(type) {
	case float64:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !inRange(v) {
			return nil, bad("a number " + between)
		}
		return v, nil
	case int:
		v, err := strconv.Atoi(text)
		if err != nil || !inRange(float64(v)) {
			return nil, bad("a whole number " + between)
		}
		return v, nil
	case bool:
		v, err := strconv.ParseBool(text)
		if text == "on" {
			v, err = true, nil
		}
		if err != nil {
			return nil, bad("true or false")
		}
		return v, nil
	default:
		if len(p.Choices) > 0 && !slices.Contains(p.Choices, text) {
			return nil, bad("one of: " + strings.Join(p.Choices, ", "))
		}
		return text, nil
	}
}

// format writes a value so that parse reads the same one.
func format(value any) string {
	if f, ok := value.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}
