// Command gomlx trains what bench/pytorch/train.py does with gomlx and its backend
// in Go. (The other backend, XLA, is C++ that is fetched at its first use.) Build it
// with GOEXPERIMENT=simd, which the backend's vector kernels ask for.
package main

import (
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/ganzoo/ganzoo/bench/peers/networks"
	"github.com/ganzoo/ganzoo/bench/peers/training"
)

func main() { training.Main(start) }

type peer struct {
	training.Work
	discriminator, generator *model.Exec // their updates
}

// sequentially runs one operation at a time, each on all cores. By default, and
// with ops_parallel, compute v0.1.2 comes to a standstill: its workers wait for
// workers.
const sequentially = "ops_sequential"

func start(w training.Work) (training.Peer, error) {
	backend, err := gobackend.New(sequentially)
	if err != nil {
		return nil, err
	}
	p := &peer{Work: w}
	store := model.NewStore()
	if p.discriminator, err = model.NewExec(backend, store, p.discriminatorLoss); err == nil {
		p.generator, err = model.NewExec(backend, store, p.generatorLoss)
	}
	return p, err
}

// build makes both networks of a graph, each out of the variables in its scope.
func (p *peer) build(s *model.Scope, g *graph.Graph) (generator, discriminator *scoped) {
	generator = &scoped{ops: ops{graph: g, scope: s.Store().Scope("/generator")}}
	generator.Network = networks.Generator(&generator.ops, p.Work)
	discriminator = &scoped{ops: ops{graph: g, scope: s.Store().Scope("/discriminator")}}
	discriminator.Network = networks.Discriminator(&discriminator.ops, p.Work)
	return generator, discriminator
}

type scoped struct {
	ops
	*networks.Network[*node]
}

// discriminatorLoss takes real images, latents, and draws where there is a penalty.
func (p *peer) discriminatorLoss(s *model.Scope, inputs []*node) *node {
	g, d := p.build(s, inputs[0].Graph())
	var draws *node
	if p.Penalty != training.NoPenalty {
		draws = inputs[2]
	}
	loss := networks.DiscriminatorLoss(&d.ops, p.Work, d.Network, inputs[0], graph.StopGradient(g.Apply(inputs[1])), draws)
	p.minimise(loss, d.scope)
	return loss
}

func (p *peer) generatorLoss(s *model.Scope, z *node) *node {
	g, d := p.build(s, z.Graph())
	loss := networks.GeneratorLoss(&d.ops, p.Work, d.Network, g.Apply(z))
	p.minimise(loss, g.scope)
	return loss
}

// minimise adds an update of a scope's variables to the graph.
func (p *peer) minimise(loss *node, scope *model.Scope) {
	adam := optimizer.Adam().LearningRate(p.Rate).Betas(p.Beta1, p.Beta2).Epsilon(1e-8)
	adam.Done().UpdateGraph(scope, loss.Graph(), loss)
}

func (p *peer) Discriminator(b training.Batch) (float32, error) {
	inputs := []any{p.rows(b.Real), p.rows(b.Z)}
	if p.Penalty != training.NoPenalty {
		inputs = append(inputs, p.rows(b.Draws))
	}
	return run(p.discriminator, inputs...)
}

func (p *peer) Generator(z []float32) (float32, error) { return run(p.generator, p.rows(z)) }

// rows makes a matrix of a row an example.
func (p *peer) rows(values []float32) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, p.Batch, len(values)/p.Batch)
}

// run returns the loss before an update.
func run(update *model.Exec, inputs ...any) (float32, error) {
	out, err := update.Call(inputs...)
	if err != nil {
		return 0, err
	}
	defer out[0].MustFinalizeAll()
	return tensors.ToScalar[float32](out[0]), nil
}
