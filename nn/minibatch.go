package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// MinibatchDiscrimination lets a discriminator see how alike the examples of a
// batch are (Salimans et al. 2016, arXiv:1606.03498, section 3.2). A learned
// map takes the K features of example i to B rows M_i,b of C numbers each, and
// B values are joined to its features:
//
//	o(x_i)_b = Σ_{j≠i} exp(−‖M_i,b − M_j,b‖₁)
//
// The paper has B = 100 and C = 5. In: anything of size K; out: K + B.
func MinibatchDiscrimination(rows, numbers int) Layer {
	return func(b *Builder) {
		if rows < 1 || numbers < 1 {
			b.Fail("MinibatchDiscrimination", "%d rows of %d numbers", rows, numbers)
		}
		k := b.Shape.Size()
		w := b.Weight("weight", k, rows*numbers, rows*numbers, k)
		b.Then(tensor.Shape{k + rows}, func(c *Context, x *graph.Node) *graph.Node {
			x = x.PerExample()
			n := x.Shape()[0]
			m := graph.Gemm(x, c.Read(x.Graph(), w), false, true)
			apart := m.Reshape(n, 1, rows, numbers).Sub(m.Reshape(1, n, rows, numbers)).Abs().Sum(3) // N×N×B
			others := apart.Neg().Exp().Sum(1).Sub(1)                                                // less itself: exp(0)
			return graph.Concat(1, x, others)
		})
	}
}
