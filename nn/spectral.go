package nn

import (
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// kernel is a layer's weight as the layer reads it: W itself, or in a network
// with spectral normalisation W/σ(W).
type kernel func(c *Context, g *graph.Graph) *graph.Node

// kernel makes the weight of a layer, as Weight does. outputs is the axis of
// its outputs.
func (b *Builder) kernel(outputs, fanIn, fanOut int, shape ...int) kernel {
	w := b.Weight("weight", fanIn, fanOut, shape...)
	if !b.setup.Spectral {
		return func(c *Context, g *graph.Graph) *graph.Node { return c.Read(g, w) }
	}
	u := b.variable("weight_u", false, shape[outputs])
	tensor.NewStream(b.setup.Seed, "init/"+u.Name, 0).Normal(u.Value.Data)
	normalise(u.Value.Data)
	return func(c *Context, g *graph.Graph) *graph.Node { return c.spectral(g, w, u, outputs) }
}

// spectral returns W/σ(W), with σ(W) the largest singular value of W as a
// matrix of one row an output (Miyato et al. 2018, arXiv:1802.05957, algorithm
// 1). One step of power iteration brings the stored u, and v, closer to the
// singular vectors:
//
//	v ← Wᵀu/‖Wᵀu‖,  u ← Wv/‖Wv‖,  σ(W) = uᵀWv
//
// u and v are constants to the gradient (equation 12). The step is taken once
// however often the network is applied in a context, and u is kept only where
// running statistics are: in the network's own update.
func (c *Context) spectral(g *graph.Graph, w, u *graph.Variable, outputs int) *graph.Node {
	if n := c.normalised[w]; n != nil {
		return n
	}
	weight := c.Read(g, w)
	matrix := weight
	if outputs == 1 {
		matrix = weight.Transpose(1, 0, 2, 3)
	}
	matrix = matrix.PerExample()
	fixed := matrix.StopGradient()
	v := unit(g.Variable(u).Reshape(1, -1).MatMul(fixed)) // 1×(everything but outputs)
	next := unit(graph.Gemm(v, fixed, false, true))       // 1×outputs
	sigma := graph.Gemm(v, matrix, false, true).Mul(next).Sum()
	if c.tracking {
		c.move(u, next.Reshape(-1))
	}
	if c.normalised == nil {
		c.normalised = map[*graph.Variable]*graph.Node{}
	}
	c.normalised[w] = weight.Div(sigma)
	return c.normalised[w]
}

// unitEpsilon keeps a vector of zeros from dividing by zero: PyTorch's.
const unitEpsilon = 1e-12

// unit scales a vector to length 1.
func unit(x *graph.Node) *graph.Node {
	return x.Div(x.Square().Sum().Sqrt().Add(unitEpsilon))
}

func normalise(x []float32) {
	var squares float64
	for _, v := range x {
		squares += float64(v) * float64(v)
	}
	for i := range x {
		x[i] /= float32(math.Sqrt(squares) + unitEpsilon)
	}
}
