package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/zoo"
)

// classInput names the input that tells a conditional network the class, one-hot.
const classInput = "y"

// labelMap makes any variant conditional, in the way of LSGAN: both networks are
// told a learned linear map Φ(y) of the class. It is joined to z, to the
// discriminator's first feature maps, and to what each of its dense layers takes
// after these (Mao et al. 2016, arXiv:1611.04076, the conditional form).
var labelMap = trick{
	settings: []Param{{Name: zoo.LabelMap, Default: 0, On: 16, Max: 1 << 12,
		Doc: "numbers in a learned linear map of the class that both networks are told (1611.04076, conditional, with 256); 0: they are not told"}},
	check: func(v *Variant, s *Settings) error {
		refuse := func(mend, format string, args ...any) error {
			return fault.New(fault.Usage, fmt.Sprintf(format, args...), "--set "+zoo.LabelMap, mend)
		}
		switch {
		case s.Int(zoo.LabelMap) == 0:
			return nil
		case v.labels() == zoo.LabelsRequired:
			return refuse("leave it out", "%s is told the class in a way of its own", v.Name)
		case v.Autoencoder || v.Outputs != nil:
			return refuse("leave it out", "%s has no place for the class in its discriminator", v.Name)
		case s.Int("packing") > 1:
			return refuse("leave out one of them", "a pack of examples has no one class")
		case s.Classes == 0:
			return refuse("choose labelled data, such as mnist", "the data has no labels to map")
		}
		return nil
	},
}

// conditional tells whether the generator is given the class to make.
func (v *Variant) conditional(s *Settings) bool {
	return v.labels() == zoo.LabelsRequired || s.Int(zoo.LabelMap) > 0
}

// generatorClasses and discriminatorClasses count the numbers that tell each
// network the class.
func (v *Variant) generatorClasses(s *Settings) int {
	if v.conditional(s) {
		return s.Classes
	}
	return 0
}

func (v *Variant) discriminatorClasses(s *Settings) int {
	if v.GivenClass || s.Int(zoo.LabelMap) > 0 {
		return v.generatorClasses(s)
	}
	return 0
}

// joined is how many of a network's classes are joined to what it takes: none
// where its layers map them.
func (s *Settings) joined(classes int) int {
	if s.Int(zoo.LabelMap) > 0 {
		return 0
	}
	return classes
}

// tell gives a network that is applied in the context the class y of x, N×K, and
// returns what it is to be applied to. Without y that is x.
func (m *Model) tell(c *nn.Context, x, y *graph.Node) *graph.Node {
	switch {
	case y == nil:
		return x
	case m.Settings.Int(zoo.LabelMap) > 0:
		c.Tell(y)
		return x
	}
	return nn.WithMaps(x, y)
}

// generatorClass and discriminatorClass make the input y, n×K, of a network that
// is given the class; nil for others.
func (m *Model) generatorClass(g *graph.Graph, n int) *graph.Node {
	return classOf(g, n, m.variant.generatorClasses(m.Settings))
}

func (m *Model) discriminatorClass(g *graph.Graph, n int) *graph.Node {
	return classOf(g, n, m.variant.discriminatorClasses(m.Settings))
}

func classOf(g *graph.Graph, n, classes int) *graph.Node {
	if classes == 0 {
		return nil
	}
	return g.Input(classInput, n, classes)
}

// givenClass tells a discriminator that is given the class which one its
// examples are of, or are to be of.
var givenClass = trick{
	input: func(s *Step, x *graph.Node) *graph.Node {
		if s.model.variant.discriminatorClasses(s.Settings) == 0 {
			return x
		}
		return s.model.tell(s.d, x, s.Y)
	},
}

// sampleLabels returns the class of each of n samples: those asked for, or all in
// turn. A variant that is not conditional has none.
func (m *Model) sampleLabels(asked []int64, n int) ([]int64, error) {
	classes := m.variant.generatorClasses(m.Settings)
	refuse := func(mend, format string, args ...any) ([]int64, error) {
		return nil, fault.New(fault.Usage, fmt.Sprintf(format, args...), "--label", mend)
	}
	switch {
	case classes == 0 && len(asked) > 0:
		return refuse("leave it out", "%s does not sample by label", m.variant.Name)
	case classes == 0:
		return nil, nil
	case len(asked) == 0:
		inTurn := make([]int64, n)
		for i := range inTurn {
			inTurn[i] = int64(i % classes)
		}
		return inTurn, nil
	case len(asked) != n:
		return refuse("give one a sample", "%d labels for %d samples", len(asked), n)
	}
	for _, label := range asked {
		if label < 0 || label >= int64(classes) {
			return refuse(fmt.Sprintf("labels go from 0 to %d", classes-1), "there is no class %d", label)
		}
	}
	return asked, nil
}
