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
// discriminator, an update of the generator. Programs share the weights' values.
type peer struct {
	training.Work
	sample, discriminator, generator *program

	generatorWeights, discriminatorWeights []tensor.Tensor
}

func start(w training.Work) (_ training.Peer, err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("gorgonia cannot build %s on %s: %v", w.Variant, w.Arch, refused)
		}
	}()
	p := &peer{Work: w}
	p.sample = p.sampling()
	p.discriminator = p.discriminatorUpdate()
	p.generator = p.generatorUpdate()
	return p, nil
}

func (p *peer) sampling() *program {
	g := G.NewGraph()
	z := p.input(g, "z", p.Latent())
	fake := networks.Generator(p.generatorOps(g), p.Work).Apply(z)
	return newProgram(fake, z)
}

func (p *peer) discriminatorUpdate() *program {
	g := G.NewGraph()
	ops := p.discriminatorOps(g)
	inputs := []*node{p.input(g, "real", training.Pixels), p.input(g, "fake", training.Pixels)}
	var draws *node
	if p.Penalty != training.NoPenalty {
		draws = p.input(g, "draws", p.Draws()/p.Batch)
		inputs = append(inputs, draws)
	}
	loss := networks.DiscriminatorLoss(ops, p.Work, networks.Discriminator(ops, p.Work), inputs[0], inputs[1], draws)
	return newUpdate(p.Settings, loss, ops.weights, inputs...)
}

func (p *peer) generatorUpdate() *program {
	g := G.NewGraph()
	ops, discriminator := p.generatorOps(g), p.discriminatorOps(g)
	z := p.input(g, "z", p.Latent())
	fake := networks.Generator(ops, p.Work).Apply(z)
	loss := networks.GeneratorLoss(discriminator, p.Work, networks.Discriminator(discriminator, p.Work), fake)
	return newUpdate(p.Settings, loss, ops.weights, z)
}

func (p *peer) generatorOps(g *G.ExprGraph) *ops {
	return &ops{graph: g, network: "generator", values: &p.generatorWeights}
}

func (p *peer) discriminatorOps(g *G.ExprGraph) *ops {
	return &ops{graph: g, network: "discriminator", values: &p.discriminatorWeights}
}

func (p *peer) input(g *G.ExprGraph, name string, width int) *node {
	return G.NewMatrix(g, tensor.Float32, G.WithShape(p.Batch, width), G.WithName(name))
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
