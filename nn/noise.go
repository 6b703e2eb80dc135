package nn

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
)

// GaussianNoise adds noise from N(0, sd²) to each value while training. Every
// application of the network draws anew.
func GaussianNoise(sd float64) Layer {
	return func(b *Builder) {
		if !(sd >= 0) {
			b.Fail("GaussianNoise", "a deviation of %v", sd)
		}
		purpose := fmt.Sprintf("%s.%d.noise", b.net.Name, len(b.net.steps))
		b.Then(b.Shape, func(c *Context, x *graph.Node) *graph.Node {
			if !c.training {
				return x
			}
			return x.Add(c.normal(x.Graph(), purpose, x.Shape()).Mul(sd))
		})
	}
}
