package export_test

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// network builds a generator for a number of examples. Calls with one params
// share the weights.
type network struct {
	name   string
	inputs map[string]tensor.Shape // of one example of each input
	build  func(g *graph.Graph, p *params, batch int) *graph.Node
}

// params makes the weights of a network on first use, from a counter-based
// stream, and gives the same ones after that.
type params struct {
	made map[string]*graph.Variable
}

func newParams() *params { return &params{map[string]*graph.Variable{}} }

// get returns a variable of normal values around centre.
func (p *params) get(g *graph.Graph, name string, centre, sd float32, shape ...int) *graph.Node {
	v := p.made[name]
	if v == nil {
		v = graph.NewVariable(name, true, shape...)
		tensor.NewStream(5, name, 0).Normal(v.Value.Data)
		for i, x := range v.Value.Data {
			v.Value.Data[i] = centre + sd*x
		}
		p.made[name] = v
	}
	return g.Variable(v)
}

// positive returns a variable of values around 1, all above 0.
func (p *params) positive(g *graph.Graph, name string, n int) *graph.Node {
	fresh := p.made[name] == nil
	v := p.get(g, name, 0, 1, n)
	if fresh {
		for i, x := range p.made[name].Value.Data {
			p.made[name].Value.Data[i] = 0.2 + x*x
		}
	}
	return v
}

// dense is x·W + b.
func (p *params) dense(x *graph.Node, name string, out int) *graph.Node {
	g, in := x.Graph(), x.Shape()[1]
	sd := float32(1.5) / float32(in)
	return x.MatMul(p.get(g, name+".weight", 0, sd*4, in, out)).Add(p.get(g, name+".bias", 0, 0.3, out))
}

// deconv is a transposed convolution, kernel 4, stride 2, padding 1.
func (p *params) deconv(x *graph.Node, name string, out int) *graph.Node {
	g, in := x.Graph(), x.Shape()[1]
	w := p.get(g, name+".weight", 0, 0.2, in, out, 4, 4)
	return x.ConvTranspose(w, graph.Strided(2, 1)).Add(p.get(g, name+".bias", 0, 0.3, out).Reshape(out, 1, 1))
}

// norm is batch normalisation with running statistics.
func (p *params) norm(x *graph.Node, name string) *graph.Node {
	g, c := x.Graph(), x.Shape()[1]
	return x.BatchNormalization(p.get(g, name+".scale", 1, 0.3, c), p.get(g, name+".bias", 0, 0.3, c),
		p.get(g, name+".mean", 0, 0.5, c), p.positive(g, name+".variance", c), 1e-5)
}

var networks = []network{
	{"mlp", map[string]tensor.Shape{"z": {16}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		h := g.Input("z", n, 16)
		for i := range 3 {
			h = p.norm(p.dense(h, fmt.Sprintf("g.%d", i), 32), fmt.Sprintf("g.norm%d", i)).Relu()
		}
		return p.dense(h, "g.out", 2*6*6).Tanh().Reshape(n, 2, 6, 6)
	}},
	{"dcgan28", map[string]tensor.Shape{"z": {62}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		h := g.Input("z", n, 62)
		h = p.norm(p.dense(h, "g.0", 64), "g.1").Relu()
		h = p.norm(p.dense(h, "g.2", 16*7*7).Reshape(n, 16, 7, 7), "g.3").Relu()
		h = p.norm(p.deconv(h, "g.4", 8), "g.5").Relu()
		return p.deconv(h, "g.6", 1).Tanh()
	}},
	{"conditional", map[string]tensor.Shape{"z": {8}, "y": {10}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		z, y := g.Input("z", n, 8), g.Input("y", n, 10)
		label := y.MatMul(p.get(g, "g.embed.weight", 0, 1, 10, 4))
		h := p.dense(graph.Concat(1, z, label), "g.0", 4*3*3).LeakyRelu(0.2).Reshape(n, 4, 3, 3)
		h = p.norm(h, "g.1")
		maps := y.Reshape(n, 10, 1, 1).Expand(n, 10, 3, 3)
		return p.deconv(graph.Concat(1, h, maps), "g.2", 3).Sigmoid().Mul(2).Sub(1)
	}},
	{"points", map[string]tensor.Shape{"z": {2}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		h := p.dense(g.Input("z", n, 2), "g.0", 32).Relu()
		return p.dense(h, "g.1", 2).StopGradient()
	}},
	{"convolutions", map[string]tensor.Shape{"z": {8}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		h := p.dense(g.Input("z", n, 8), "g.0", 3*4*4).Reshape(n, 3, 4, 4).Softplus()
		w := p.get(g, "g.1.weight", 0, 0.3, 5, 3, 3, 3)
		h = p.norm(h.Conv(w, graph.Strided(1, 1)), "g.2").LeakyRelu(0.1)
		odd := graph.ConvAttr{StrideH: 2, StrideW: 3, PadTop: 1, PadBottom: 1, PadLeft: 2, PadRight: 2, OutputPaddingBottom: 1}
		return h.ConvTranspose(p.get(g, "g.3.weight", 0, 0.3, 5, 1, 3, 4), odd).Tanh()
	}}, {"classifier", map[string]tensor.Shape{"x": {3, 2, 2}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		h := g.Input("x", n, 3, 2, 2).Conv(p.get(g, "d.0.weight", 0, 0.3, 5, 3, 2, 2), graph.Strided(1, 0)).Reshape(n, 5)
		return p.dense(h, "d.1", 11).Slice(1, 0, 10).LogSoftmax().Exp()
	}},
	{"log-probabilities", map[string]tensor.Shape{"x": {12}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		return p.dense(g.Input("x", n, 12), "d.0", 10).LogSoftmax()
	}},
	{"told", map[string]tensor.Shape{"x": {3, 2, 2}, "y": {10}}, func(g *graph.Graph, p *params, n int) *graph.Node {
		x, y := g.Input("x", n, 3, 2, 2), g.Input("y", n, 10)
		maps := y.MatMul(p.get(g, "d.embed.weight", 0, 1, 10, 4)).Reshape(n, 4, 1, 1).Expand(n, 4, 2, 2)
		h := graph.Concat(1, x, maps).Conv(p.get(g, "d.0.weight", 0, 0.3, 5, 7, 2, 2), graph.Strided(1, 0)).Reshape(n, 5)
		h = p.dense(graph.Concat(1, h, y), "d.1", 5).Add(y.MatMul(p.get(g, "d.2.weight", 0, 1, 10, 5)))
		return h.Mul(p.dense(y, "d.3", 5))
	}},
}
