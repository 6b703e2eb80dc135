package main

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/ganzoo/ganzoo/bench/peers/training"
)

// program is a graph with its inputs and what runs it.
type program struct {
	inputs  []*node
	result  G.Value
	machine G.VM

	solver  *G.AdamSolver // nil: nothing is learnt
	weights []G.ValueGrad
}

func newProgram(result *node, inputs ...*node) *program {
	p := &program{inputs: inputs}
	G.Read(result, &p.result)
	p.machine = G.NewTapeMachine(result.Graph())
	return p
}

// newUpdate is a program that returns a loss and updates weights by its gradient.
func newUpdate(s training.Settings, loss *node, weights G.Nodes, inputs ...*node) *program {
	p := &program{inputs: inputs}
	G.Read(loss, &p.result)
	if _, err := G.Grad(loss, weights...); err != nil {
		panic(err)
	}
	p.machine = G.NewTapeMachine(loss.Graph(), G.BindDualValues(weights...))
	p.weights = G.NodesToValueGrads(weights)
	p.solver = G.NewAdamSolver(G.WithLearnRate(s.Rate), G.WithBeta1(s.Beta1), G.WithBeta2(s.Beta2), G.WithEps(1e-8))
	return p
}

// run returns what the program makes of matrices, given as one row an example.
func (p *program) run(inputs ...[]float32) ([]float32, error) {
	defer p.machine.Reset()
	for i, values := range inputs {
		in := p.inputs[i]
		if err := G.Let(in, tensor.New(tensor.WithShape(in.Shape()...), tensor.WithBacking(values))); err != nil {
			return nil, err
		}
	}
	if err := p.machine.RunAll(); err != nil {
		return nil, err
	}
	if p.solver != nil {
		if err := p.solver.Step(p.weights); err != nil {
			return nil, err
		}
	}
	switch result := p.result.Data().(type) {
	case float32:
		return []float32{result}, nil
	case []float32:
		return result, nil
	}
	return nil, fmt.Errorf("gorgonia returns a %T", p.result.Data())
}
