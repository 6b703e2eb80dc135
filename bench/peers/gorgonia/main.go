// Command gorgonia trains what bench/pytorch/train.py does with gorgonia, whose
// matrices are multiplied by gonum, or by ganzoo's kernels in its place.
package main

import (
	"flag"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/ganzoo/ganzoo/bench/peers/networks"
	"github.com/ganzoo/ganzoo/bench/peers/training"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func main() {
	ours := flag.Bool("ganzoo-blas", false, "multiply matrices with ganzoo's kernels")
	training.Main(func(w training.Work) (training.Peer, error) {
		if *ours {
			G.Use(kernel.BLAS{})
		}
		return start(w)
	})
}

// peer has a program for each of: making fake images, an update of the
// discriminator, an update of the generator.
type peer struct {
	training.Work
	sample, discriminator, generator *program
}

// program is a graph with its inputs and what runs it.
type program struct {
	inputs  []*node
	result  G.Value
	machine G.VM
	// solver is nil where nothing is learnt.
	solver  *G.AdamSolver
	weights []G.ValueGrad
}

func start(w training.Work) (_ training.Peer, err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("gorgonia cannot build %s on %s: %v", w.Variant, w.Arch, refused)
		}
	}()
	p := &peer{Work: w}
	var generator, discriminator []tensor.Tensor // the weights

	og := &ops{graph: G.NewGraph(), network: "generator", values: &generator}
	z := p.input(og.graph, "z", w.Latent())
	p.sample = newProgram(og.graph, networks.Generator(og, w).Apply(z), z)

	od := &ops{graph: G.NewGraph(), network: "discriminator", values: &discriminator}
	inputs := []*node{p.input(od.graph, "real", training.Pixels), p.input(od.graph, "fake", training.Pixels)}
	var draws *node
	if w.Penalty != training.NoPenalty {
		draws = p.input(od.graph, "draws", w.Draws()/w.Batch)
		inputs = append(inputs, draws)
	}
	loss := networks.DiscriminatorLoss(od, w, networks.Discriminator(od, w), inputs[0], inputs[1], draws)
	p.discriminator = newProgram(od.graph, loss, inputs...).minimise(p.Settings, loss, od.weights)

	g := G.NewGraph()
	og, od = &ops{graph: g, network: "generator", values: &generator}, &ops{graph: g, network: "discriminator", values: &discriminator}
	z = p.input(g, "z", w.Latent())
	loss = networks.GeneratorLoss(od, w, networks.Discriminator(od, w), networks.Generator(og, w).Apply(z))
	p.generator = newProgram(g, loss, z).minimise(p.Settings, loss, og.weights)
	return p, nil
}

func (p *peer) input(g *G.ExprGraph, name string, width int) *node {
	return G.NewMatrix(g, tensor.Float32, G.WithShape(p.Batch, width), G.WithName(name))
}

func newProgram(g *G.ExprGraph, result *node, inputs ...*node) *program {
	p := &program{inputs: inputs}
	G.Read(result, &p.result)
	p.machine = G.NewTapeMachine(g)
	return p
}

// minimise also updates weights.
func (p *program) minimise(s training.Settings, loss *node, weights G.Nodes) *program {
	if _, err := G.Grad(loss, weights...); err != nil {
		panic(err)
	}
	p.machine = G.NewTapeMachine(loss.Graph(), G.BindDualValues(weights...))
	p.weights = G.NodesToValueGrads(weights)
	p.solver = G.NewAdamSolver(G.WithLearnRate(s.Rate), G.WithBeta1(s.Beta1), G.WithBeta2(s.Beta2), G.WithEps(1e-8))
	return p
}

// run returns what the program makes of matrices, one row an example.
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

func (p *peer) Discriminator(b training.Batch) (float32, error) {
	fake, err := p.sample.run(b.Z)
	if err != nil {
		return 0, err
	}
	inputs := [][]float32{b.Real, fake}
	if p.Penalty != training.NoPenalty {
		inputs = append(inputs, b.Draws)
	}
	return loss(p.discriminator.run(inputs...))
}

func (p *peer) Generator(z []float32) (float32, error) { return loss(p.generator.run(z)) }

func loss(values []float32, err error) (float32, error) {
	if err != nil {
		return 0, err
	}
	return values[0], nil
}
