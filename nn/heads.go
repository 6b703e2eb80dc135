package nn

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Heads shows what reaches it, N×…, to several lists of layers and joins what they
// make along the channels, in the order of the lists: N×(the sum of their sizes).
// Variables are named after its place, the list and the layer's place in that:
// "discriminator.7.1.0.weight".
func Heads(lists ...[]Layer) Layer {
	return func(b *Builder) {
		place := fmt.Sprintf("%s.%d", b.net.Name, len(b.net.steps))
		heads := make([]*Network, len(lists))
		out := 0
		for i, layers := range lists {
			part := &Builder{
				Shape: b.Shape.Clone(), net: &Network{Name: fmt.Sprintf("%s.%d", place, i), In: b.Shape.Clone()},
				setup: b.setup, line: b.line, counting: b.counting,
			}
			heads[i] = part.build(layers)
			if len(heads[i].Out) != 1 {
				b.Fail("Heads", "list %d makes %v of each example, and numbers are joined", i, heads[i].Out)
			}
			out += heads[i].Out[0]
			b.net.vars = append(b.net.vars, heads[i].vars...)
		}
		b.Then(tensor.Shape{out}, func(c *Context, x *graph.Node) *graph.Node {
			made := make([]*graph.Node, len(heads))
			for i, h := range heads {
				made[i] = h.Apply(c, x)
			}
			return graph.Concat(1, made...)
		})
	}
}
