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

	Z    *graph.Node // latents, N×latent
	Real *graph.Node // examples, N×C×H×W in −1…1, or N×2
	Fake *graph.Node // G(Z), of Real's shape

	Labelled *graph.Node // L×C×H×W: labelled examples; nil without labels, and in an evaluation
	Classes  *graph.Node // L×K: their classes, one-hot

	model   *Model
	phase   phase
	options StepOptions
	d, g    *nn.Context
	reports []string
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
		model: m, phase: p, options: o, d: d, g: g,
	}
	s.Real = s.Graph.Input(realInput, append([]int{set.Batch}, set.Shape...)...)
	if set.Labels > 0 && p != evaluating {
		n := set.labelledBatch()
		s.Labelled = s.Graph.Input(labelledInput, append([]int{n}, set.Shape...)...)
		s.Classes = s.Graph.Input(classesInput, n, set.Classes)
	}
	s.Z = s.latents("z", set.Batch)
	s.Fake = s.G(s.Z)
	if p == discriminating {
		s.Fake = s.Fake.StopGradient()
	}
	return s
}

// D looks at x, N×(shape of an example), and returns N×outputs. Every call
// shares the weights.
func (s *Step) D(x *graph.Node) *graph.Node { return s.model.D.Apply(s.d, x) }

// G makes examples of z, N×latent.
func (s *Step) G(z *graph.Node) *graph.Node { return s.model.G.Apply(s.g, z) }

// Grad returns ∂Σy/∂x, of x's shape: for a y of one value an example, each
// example's gradient, as long as the network treats examples apart. It can be
// differentiated again.
func (s *Step) Grad(y, x *graph.Node) *graph.Node { return graph.Gradient(y, x)[0] }

// Uniform draws from [low, high), anew at each run. Draws of different purposes
// are independent.
func (s *Step) Uniform(purpose string, low, high float64, shape ...int) *graph.Node {
	if s.options.Given {
		return s.Graph.Input(purpose, shape...)
	}
	return s.Graph.Uniform(s.stream(purpose), low, high, shape...)
}

// Normal draws from the standard normal distribution, as Uniform does.
func (s *Step) Normal(purpose string, shape ...int) *graph.Node {
	if s.options.Given {
		return s.Graph.Input(purpose, shape...)
	}
	return s.Graph.Normal(s.stream(purpose), shape...)
}

// stream keeps the random numbers of the two steps apart.
func (s *Step) stream(purpose string) string { return string(s.phase) + "/" + purpose }

// latents draws n latents from the prior.
func (s *Step) latents(purpose string, n int) *graph.Node {
	if s.Choice("prior") == priorUniform {
		return s.Uniform(purpose, -1, 1, n, s.Int("latent"))
	}
	return s.Normal(purpose, n, s.Int("latent"))
}

const priorUniform = "uniform"

// Report adds a term of the loss to the events, averaged over the batch when it
// has one value an example.
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

// PerExample draws one number an example from [low, high), shaped N×1×… so that
// it multiplies whole examples.
func (s *Step) PerExample(purpose string, low, high float64) *graph.Node {
	shape := make([]int, 1+len(s.Shape))
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = s.Batch
	return s.Uniform(purpose, low, high, shape...)
}
