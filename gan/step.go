package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
)

// Step is one update of one network, as an objective sees it: the batch, both
// networks, the settings. Nodes are built once; each run has new examples and
// new random numbers.
//
// In the discriminator's step no gradient reaches the generator. In the
// generator's step the discriminator's running statistics stay as they are.
type Step struct {
	*Settings
	Graph *graph.Graph

	Z    *graph.Node // latents, N×latent: the noise, and the codes of a variant that has them
	Real *graph.Node // examples, N×C×H×W in −1…1, or N×2
	Fake *graph.Node // G(Z), of Real's shape

	// Y is the class, one-hot, N×K, that each of Real is of and each of Fake is to
	// be of; nil where the variant is not conditional. Where the discriminator is
	// given the class, D adds it by itself.
	Y *graph.Node

	Labelled *graph.Node // L×C×H×W: labelled examples; nil without labels, and in an evaluation
	Classes  *graph.Node // L×K: their classes, one-hot

	model   *Model
	phase   phase
	options StepOptions
	d, g    *nn.Context
	reports []string
	times   map[string]int         // how often each numbered purpose was asked for
	drawn   map[string]*graph.Node // by purpose
}

// phase says which network a step is about.
type phase string

const (
	discriminating phase = "discriminator"
	generating     phase = "generator"
	evaluating     phase = "evaluation"
)

// Names of the inputs that a step reads its examples from.
const (
	realInput     = "real"
	labelledInput = "labelled"
	classesInput  = "classes"
)

// newStep starts a step's graph. The contexts say how each network is applied.
func (m *Model) newStep(p phase, d, g *nn.Context, o StepOptions) *Step {
	set := m.Settings
	s := &Step{
		Settings: set, Graph: graph.New(m.variant.Name + " " + string(p)),
		model: m, phase: p, options: o, d: d, g: g, times: map[string]int{}, drawn: map[string]*graph.Node{},
	}
	d.DrawFrom(s)
	g.DrawFrom(s)
	s.Real = s.Graph.Input(realInput, append([]int{set.Batch}, set.Shape...)...)
	if set.Labels > 0 && p != evaluating {
		n := set.labelledBatch()
		s.Labelled = s.Graph.Input(labelledInput, append([]int{n}, set.Shape...)...)
		s.Classes = s.Graph.Input(classesInput, n, set.Classes)
	}
	s.Y = m.generatorClass(s.Graph, set.Batch)
	s.Z = s.latents("z", set.Batch)
	s.Fake = s.G(s.Z)
	if p == discriminating {
		s.Fake = s.Fake.StopGradient()
	}
	return s
}

// D looks at x, N×(shape of an example), and returns N×outputs, or an example
// for each example where the discriminator is an auto-encoder. Every call shares
// the weights. With packing there are N/m rows.
//
// Batch normalisation takes the statistics of x alone: D(Real) and D(Fake) are
// each normalised by their own batch, and every call in the discriminator's step
// moves the running statistics, which serve at inference. A pass over both is
// D(graph.Concat(0, Real, Fake)).
func (s *Step) D(x *graph.Node) *graph.Node { return s.model.D.Apply(s.d, s.shown(x)) }

// DWithFeatures is D with what its last layer took, N×features, or with the code
// of an auto-encoder, N×code.
func (s *Step) DWithFeatures(x *graph.Node) (y, features *graph.Node) {
	return s.model.D.ApplyWithFeatures(s.d, s.shown(x))
}

// G makes examples of z, N×latent, of the classes Y where it is given them.
func (s *Step) G(z *graph.Node) *graph.Node { return s.generate(s.model.tell(s.g, z, s.Y)) }

// Grad returns ∂Σy/∂x, of x's shape: for a y of one value an example, each
// example's gradient, as long as the network treats examples apart. It can be
// differentiated again.
func (s *Step) Grad(y, x *graph.Node) *graph.Node { return graph.Gradient(y, x)[0] }

// GradNorms returns ‖∂D(x)/∂x‖₂ of each row of D(x), which must be one value
// each: of each example, or each pack of them. Of more it panics with a
// *graph.BuildError.
func (s *Step) GradNorms(x *graph.Node) *graph.Node {
	y := s.D(x)
	rows := y.Shape()[0]
	if y.Shape().Size() != rows {
		panic(&graph.BuildError{
			Graph: s.Graph.Name(), Op: "GradNorms", Shapes: y.Shape().String(), Line: y.Line(),
			Reason: "the discriminator gives more than one value a row: the norm would be that of their sum's gradient",
		})
	}
	return s.Grad(y, x).Reshape(rows, -1).Norms()
}

// State returns the value of one of the variant's State variables before the
// step, a scalar. It panics when there is none of that name.
func (s *Step) State(name string) *graph.Node {
	return s.Graph.Variable(s.model.stateVariable(name))
}

// SetState gives one of the variant's State variables its value after the
// discriminator's step, a scalar, once a step. In other steps it does nothing.
func (s *Step) SetState(name string, value *graph.Node) {
	if s.phase == discriminating {
		s.Graph.Assign(s.model.stateVariable(name), value.StopGradient())
	}
}

// Report adds a term of the loss to the events, averaged over the batch when it
// has one value an example. Each name is reported once a step.
func (s *Step) Report(name string, term *graph.Node) {
	s.reports = append(s.reports, name)
	s.Graph.Output(name, term.Mean())
}

// scalar refuses a loss that is not one number.
func (s *Step) scalar(loss *graph.Node) *graph.Node {
	if loss.Shape().Size() != 1 {
		panic(&graph.BuildError{
			Graph: s.Graph.Name(), Op: "loss", Shapes: loss.Shape().String(), Line: loss.Line(),
			Reason: fmt.Sprintf("the loss of the %s must be one number: take its Mean", s.phase),
		})
	}
	return loss.Reshape()
}
