package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// WeightNormDense is Dense with weights of a given length (Salimans & Kingma 2016,
// arXiv:1602.07868, equation 2): each output has W = g·V/‖V‖, and training turns
// V. g begins as the gain; it stays unless it is learned, as "weight_g". In a
// network with spectral normalisation that takes its place.
func WeightNormDense(out int, gain float64, learned bool, options ...Option) Layer {
	return func(b *Builder) {
		if b.setup.Spectral {
			Dense(out, options...)(b)
			return
		}
		if out < 1 {
			b.Fail("WeightNormDense", "%d outputs", out)
		}
		in := b.Shape.Size()
		v := b.Weight("weight", in, out, out, in)
		var scale, bias *graph.Variable
		if learned {
			scale = b.Filled("weight_g", true, float32(gain), out)
		}
		if biased(options) {
			bias = b.Bias(in, out)
		}
		b.Then(tensor.Shape{out}, func(c *Context, x *graph.Node) *graph.Node {
			g := x.Graph()
			rows := c.Read(g, v)
			w := rows.Div(rows.Norms().Reshape(out, 1))
			if scale != nil {
				w = w.Mul(c.Read(g, scale).Reshape(out, 1))
			} else {
				w = w.Mul(gain)
			}
			y := graph.Gemm(x.PerExample(), w, false, true)
			if bias != nil {
				y = y.Add(c.Read(g, bias))
			}
			return y
		})
	}
}
