package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Option changes a layer with weights.
type Option int

// NoBias leaves the bias out: before a normalisation it would be taken away
// again.
const NoBias Option = 1

func biased(options []Option) bool {
	for _, o := range options {
		if o == NoBias {
			return false
		}
	}
	return true
}

// Dense is the affine map y = x·Wᵀ + b with W of J×K, J = out (PyTorch's layout), on
// flattened examples: N×(anything of size K) to N×J.
func Dense(out int, options ...Option) Layer {
	return func(b *Builder) {
		if out < 1 {
			b.Fail("Dense", "%d outputs", out)
		}
		in := b.Shape.Size()
		w := b.kernel(0, in, out, out, in)
		var bias *graph.Variable
		if biased(options) {
			bias = b.Bias(in, out)
		}
		b.Then(tensor.Shape{out}, func(c *Context, x *graph.Node) *graph.Node {
			g := x.Graph()
			y := graph.Gemm(x.PerExample(), w(c, g), false, true)
			if bias != nil {
				y = y.Add(c.Read(g, bias))
			}
			return y
		})
	}
}

// Reshape gives each example another shape of the same size: N×… to N×shape.
func Reshape(shape ...int) Layer {
	return func(b *Builder) {
		out := tensor.Shape(shape).Clone()
		if out.Size() != b.Shape.Size() {
			b.Fail("Reshape", "%d elements do not fill %v", b.Shape.Size(), out)
		}
		b.Then(out, func(_ *Context, x *graph.Node) *graph.Node {
			return x.Reshape(append([]int{x.Shape()[0]}, out...)...)
		})
	}
}

// Flatten makes each example a vector: N×… to N×K.
func Flatten() Layer {
	return func(b *Builder) { Reshape(b.Shape.Size())(b) }
}
