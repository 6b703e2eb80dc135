package gan

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/zoo"
)

// classInput names the input that tells a conditional network the class, one-hot.
const classInput = "y"

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
