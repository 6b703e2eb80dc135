package gan

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// checkRequest refuses what the variant cannot do with any network.
func (v *Variant) checkRequest(c *zoo.Config, d *zoo.Dataset) error {
	if err := checkCounts(c, d); err != nil {
		return err
	}
	if !slices.Contains(v.kinds(), d.Kind) {
		return fault.New(fault.Usage, fmt.Sprintf("%s does not learn from %s", v.Name, d.Kind), "--data", fmt.Sprintf("choose data of %s", v.kinds()[0]))
	}
	if c.Params["preset"] == presetPaper && v.Original.empty() {
		return fault.New(fault.Usage, fmt.Sprintf("%s has no setting of its paper's own to begin with", v.Name), "--preset",
			"leave it out: its paper's networks are not in the zoo, or its settings not known")
	}
	return nil
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

// checkNames refuses settings that do not exist.
func (v *Variant) checkNames(asked map[string]string, params []Param) error {
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if paramNamed(params, name) == nil {
			return fault.New(fault.Usage, fmt.Sprintf("%s has no setting %q", v.Name, name), "--set "+name, namesLike(name, params))
		}
	}
	return nil
}

// checkDepth refuses a depth for a network that has one of its own.
func (s *Settings) checkDepth() error {
	if s.Arch.Depth == 0 && s.Int("depth") > 0 {
		return fault.New(fault.Usage, fmt.Sprintf("the network %s has a depth of its own", s.Arch.Name), "--set depth", "leave it out, or choose another --arch")
	}
	return nil
}

// checkTogether refuses settings that do not go together, or not with the variant.
func (s *Settings) checkTogether(v *Variant) error {
	if err := s.checkTricks(v); err != nil {
		return err
	}
	if v.Check == nil {
		return nil
	}
	return v.Check(s)
}
