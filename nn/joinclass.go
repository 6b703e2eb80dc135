package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Tell gives the layers JoinClass of a network that is applied in this context
// the class of each example: y is one-hot, N×K.
func (c *Context) Tell(y *graph.Node) { c.class = y }

// JoinClass joins a learned linear map Φ(y) of the class, one-hot, to each example
// (Mao et al. 2016, arXiv:1611.04076, the conditional form): to vectors as size more
// numbers, to images as so many feature maps, the same everywhere. N×C×… becomes
// N×(C+size)×…. All such layers of a network share one Φ, size×classes, which
// begins like N(0,1) whatever the network's initialiser: a one-hot y has one
// input that counts, and Φ(y) is so on the scale of latents.
func JoinClass(classes, size int) Layer {
	return func(b *Builder) {
		if classes < 1 || size < 1 || len(b.Shape) == 0 {
			b.Fail("JoinClass", "%d classes mapped to %d numbers", classes, size)
		}
		if b.net.class == nil {
			b.net.class = b.variable("weight", true, size, classes)
			tensor.NewStream(b.setup.Seed, "init/"+b.net.class.Name, 0).Normal(b.net.class.Value.Data)
		}
		phi := b.net.class
		if !phi.Value.Shape.Equal(tensor.Shape{size, classes}) {
			b.Fail("JoinClass", "%d classes mapped to %d numbers, where Φ is %v", classes, size, phi.Value.Shape)
		}
		out := b.Shape.Clone()
		out[0] += size
		b.Then(out, func(c *Context, x *graph.Node) *graph.Node {
			if c.class == nil {
				panic(&graph.BuildError{
					Graph: x.Graph().Name(), Op: b.net.Name, Shapes: x.Shape().String(), Line: callerLine(),
					Reason: "the network joins the class, and is told none: call Tell on the context",
				})
			}
			return WithMaps(x, graph.Gemm(c.class, c.Read(x.Graph(), phi), false, true))
		})
	}
}

// WithMaps joins v, N×K, to x, N×C×…, along the channels: to images as K constant
// feature maps, to vectors as K more numbers.
func WithMaps(x, v *graph.Node) *graph.Node {
	if len(x.Shape()) > 2 {
		maps := x.Shape().Clone()
		maps[1] = v.Shape()[1]
		v = v.Reshape(v.Shape()[0], maps[1], 1, 1).Expand(maps...)
	}
	return graph.Concat(1, x, v)
}
