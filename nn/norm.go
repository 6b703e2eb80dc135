package nn

import "github.com/ganzoo/ganzoo/graph"

const (
	// normEpsilon keeps a variance from zero: PyTorch's default.
	normEpsilon = 1e-5
	// batchNormMomentum is the weight of the newest batch in the running
	// statistics: PyTorch's default.
	batchNormMomentum = 0.1
)

// BatchNorm is batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167,
// algorithm 1): per channel, γ·(x − μ)/√(σ² + ε) + β, on N×C×H×W or N×C.
//
// In training μ and σ² are those of the batch, σ² without Bessel's correction.
// The running statistics take them in with momentum 0.1, σ² with the correction
// (m/(m−1) for m values a channel), as in PyTorch. At inference the running ones
// are used.
func BatchNorm() Layer {
	return func(b *Builder) {
		if len(b.Shape) != 1 && len(b.Shape) != 3 {
			b.Fail("BatchNorm", "the layer takes C×H×W or C")
		}
		channels := b.Shape[0]
		gamma := b.Filled("weight", true, 1, channels)
		beta := b.Filled("bias", true, 0, channels)
		mean := b.Filled("running_mean", false, 0, channels)
		variance := b.Filled("running_var", false, 1, channels)
		b.Then(b.Shape, func(c *Context, x *graph.Node) *graph.Node {
			g := x.Graph()
			if !c.training {
				return x.BatchNormalization(c.Read(g, gamma), c.Read(g, beta),
					c.Read(g, mean), c.Read(g, variance), normEpsilon)
			}
			rank := len(x.Shape())
			if c.reference > 0 {
				return c.virtual(x, mean, variance, c.Read(g, gamma), c.Read(g, beta))
			}
			axes := []int{0, 2, 3}[:rank-1] // all but the channels
			m := x.Shape().Size() / channels

			mu := x.Mean(axes...)
			centred := x.Sub(mu.PerChannel(rank))
			sigma2 := centred.Square().Mean(axes...)
			if c.tracking {
				c.blend(g, mean, mu)
				c.blend(g, variance, sigma2.Mul(float64(m)/float64(max(m-1, 1))))
			}
			scale := c.Read(g, gamma).Div(sigma2.Add(normEpsilon).Sqrt())
			return centred.Mul(scale.PerChannel(rank)).Add(c.Read(g, beta).PerChannel(rank))
		})
	}
}

// blend moves a running statistic towards its value in this batch.
func (c *Context) blend(g *graph.Graph, v *graph.Variable, batch *graph.Node) {
	old := c.Moved(g, v)
	c.move(v, old.Mul(1-batchNormMomentum).Add(batch.StopGradient().Mul(batchNormMomentum)))
}

// LayerNorm normalises each example alone (Ba et al. 2016, arXiv:1607.06450)
// over all its values, then scales and shifts by channel, as the critic of
// WGAN-GP does: γ·(x − μ)/√(σ² + ε) + β. No example sees another, so a gradient
// penalty per example stays one.
func LayerNorm() Layer {
	return func(b *Builder) {
		if len(b.Shape) != 1 && len(b.Shape) != 3 {
			b.Fail("LayerNorm", "the layer takes C×H×W or C")
		}
		gamma := b.Filled("weight", true, 1, b.Shape[0])
		beta := b.Filled("bias", true, 0, b.Shape[0])
		b.Then(b.Shape, func(c *Context, x *graph.Node) *graph.Node {
			g, rank := x.Graph(), len(x.Shape())
			axes := []int{1, 2, 3}[:rank-1] // all but the batch
			centred := x.Sub(x.MeanKeep(axes...))
			sigma2 := centred.Square().MeanKeep(axes...)
			y := centred.Div(sigma2.Add(normEpsilon).Sqrt())
			return y.Mul(c.Read(g, gamma).PerChannel(rank)).Add(c.Read(g, beta).PerChannel(rank))
		})
	}
}
