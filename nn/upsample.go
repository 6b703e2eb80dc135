package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Upsample repeats every pixel factor×factor times, its nearest neighbours:
// N×C×H×W to N×C×(factor·H)×(factor·W).
func Upsample(factor int) Layer {
	return func(b *Builder) {
		if len(b.Shape) != 3 || factor < 1 {
			b.Fail("Upsample", "the layer takes images, C×H×W, and a factor of at least 1")
		}
		c, h, w := b.Shape[0], b.Shape[1], b.Shape[2]
		b.Then(tensor.Shape{c, factor * h, factor * w}, func(_ *Context, x *graph.Node) *graph.Node {
			n := x.Shape()[0]
			return x.Reshape(n, c, h, 1, w, 1).Expand(n, c, h, factor, w, factor).Reshape(n, c, factor*h, factor*w)
		})
	}
}
