package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// classInput names the input that tells a conditional network the class, one-hot.
const classInput = "y"

// conditional tells whether the generator is given the class to make.
func (v *Variant) conditional() bool { return v.labels() == zoo.LabelsRequired }

// generatorClasses and discriminatorClasses count the numbers that tell each
// network the class.
func (v *Variant) generatorClasses(s *Settings) int {
	if v.conditional() {
		return s.Classes
	}
	return 0
}

func (v *Variant) discriminatorClasses(s *Settings) int {
	if v.GivenClass {
		return v.generatorClasses(s)
	}
	return 0
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

// withClass joins the class y, N×K, to x along its channels: to images as K
// constant feature maps, to latents and points as K more numbers. Without y it
// returns x.
func withClass(x, y *graph.Node) *graph.Node {
	if y == nil {
		return x
	}
	maps := x.Shape().Clone()
	maps[1] = y.Shape()[1]
	narrow := maps.Clone()
	for i := 2; i < len(narrow); i++ {
		narrow[i] = 1
	}
	return graph.Concat(1, x, y.Reshape(narrow...).Expand(maps...))
}

// givenClass tells a discriminator that is given the class which one its
// examples are of, or are to be of.
var givenClass = trick{
	input: func(s *Step, x *graph.Node) *graph.Node {
		if !s.model.variant.GivenClass {
			return x
		}
		return withClass(x, s.Y)
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
