package gan

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// StepOptions changes how a step's graph is built.
type StepOptions struct {
	Pool *kernel.Pool
	Seed uint64 // of the random draws
	// MaxBytes bounds the memory of the step's values, beside its inputs; 0: no
	// bound. More is a *graph.SizeError.
	MaxBytes int
	// Scratch is memory that the step shares with others; nil: it has its own.
	Scratch *graph.Scratch
	// Precision is that of the operands of matrix products and convolutions.
	Precision kernel.Precision
	// Given makes every random draw an input named by its purpose ("z",
	// "alpha"), to be filled by the caller: for comparison with other programs.
	Given bool
	// Gradients adds an output GradientOutput(name) for each weight.
	Gradients bool
}

// lossOutput is the step's loss among the outputs of its graph.
const lossOutput = "loss"

// GradientOutput names the output that holds the gradient of a step's loss by a
// weight.
func GradientOutput(weight string) string { return "gradient of " + weight }

// Program is a step as a graph that runs.
type Program struct {
	Reports []string // names of the terms that the objective reported

	exe *graph.Executable
}

// DiscriminatorStep builds an update of the discriminator, and of the average of its
// weights where one is kept: loss, gradients, new weights. It panics with a
// *graph.BuildError where the objective is not sound; values that take more than
// o.MaxBytes are a *graph.SizeError.
func (m *Model) DiscriminatorStep(o StepOptions) (*Program, error) {
	s := m.newStep(discriminating, nn.Training(), nn.Frozen(), o)
	loss := s.discriminatorLoss()

	grads := s.gradients(loss, m.updateD.Params)
	values := m.updateD.Update(s.Graph, grads)
	for i, w := range values {
		if m.variant.AfterStep != nil {
			w = m.variant.AfterStep(s, w)
		}
		values[i] = w
		s.Graph.Assign(m.updateD.Params[i], w)
	}
	m.averageD.update(s.Graph, s.d, m.updateD.Params, values)
	s.d.Commit(s.Graph)
	return s.compile(loss)
}

// GeneratorStep builds an update of the generator and of the average of its
// weights. It panics as DiscriminatorStep does.
func (m *Model) GeneratorStep(o StepOptions) (*Program, error) {
	s := m.newStep(generating, nn.Frozen(), nn.Training(), o)
	loss := s.generatorLoss()

	grads := s.gradients(loss, m.updateG.Params)
	values := m.updateG.Update(s.Graph, grads)
	for i, w := range values {
		s.Graph.Assign(m.updateG.Params[i], w)
	}
	m.averageG.update(s.Graph, s.g, m.updateG.Params, values)
	s.g.Commit(s.Graph)
	return s.compile(loss)
}

// gradients differentiates the loss by the weights. What several processes
// would have to add up is what it returns: a gradient a weight, before any
// optimiser has seen it.
func (s *Step) gradients(loss *graph.Node, weights []*graph.Variable) []*graph.Node {
	nodes := make([]*graph.Node, len(weights))
	for i, w := range weights {
		nodes[i] = s.Graph.Variable(w)
	}
	grads := graph.Gradient(loss, nodes...)
	if s.options.Gradients {
		for i, w := range weights {
			s.Graph.Output(GradientOutput(w.Name), grads[i])
		}
	}
	return grads
}

func (s *Step) compile(loss *graph.Node) (*Program, error) {
	s.Graph.Output(lossOutput, loss)
	exe, err := s.Graph.Compile(graph.Options{
		Pool: s.options.Pool, Seed: s.options.Seed, MaxBytes: s.options.MaxBytes, Scratch: s.options.Scratch,
		Precision: s.options.Precision,
	})
	if err != nil {
		return nil, err
	}
	return &Program{Reports: s.reports, exe: exe}, nil
}

// Input returns an input's values, row-major, to be filled before Run; nil when the
// step does not use it. Inputs are real, N×C×H×W; y, N×K, of conditional variants;
// labelled and classes with labels; and with StepOptions.Given every random draw.
func (p *Program) Input(name string) []float32 {
	if !p.exe.HasInput(name) {
		return nil
	}
	return p.exe.Input(name)
}

// Run takes the step: the weights are new when it returns. The counter names its
// random numbers.
func (p *Program) Run(counter int64) { p.exe.Run(uint64(counter)) }

// MACs returns the multiply-adds of a Run's matrix products and convolutions.
func (p *Program) MACs() int64 { return p.exe.MACs() }

// Output returns a gradient or another output by name, until the next Run. It panics
// for an unknown name.
func (p *Program) Output(name string) *tensor.Tensor { return p.exe.Output(name) }

// Loss returns the loss of the last Run.
func (p *Program) Loss() float64 { return p.Term(lossOutput) }

// Term returns a reported term of the last Run. It panics for an unknown name.
func (p *Program) Term(name string) float64 { return float64(p.exe.Output(name).Data[0]) }
