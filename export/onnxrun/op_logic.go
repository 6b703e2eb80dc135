package onnxrun

import (
	"cmp"

	"github.com/ganzoo/ganzoo/graph"
)

// logical is an operator of two bools.
func logical(f func(*graph.Node, graph.Operand) *graph.Node, b func(a, b bool) bool) func(c *call) {
	return func(c *call) {
		c.arity(2, 2)
		c.types(0, Bool)
		c.types(1, Bool)
		shape := c.broadcast()
		if c.in[0].node != nil || c.in[1].node != nil {
			c.resultAs(f(c.tensor(0), c.tensor(1)), Bool)
			return
		}
		wide(c, Bool, shape, func(a []int64) int64 {
			if b(a[0] != 0, a[1] != 0) {
				return 1
			}
			return 0
		})
	}
}

func not(c *call) {
	c.arity(1, 1)
	c.types(0, Bool)
	if c.in[0].node != nil {
		c.resultAs(c.tensor(0).Neg().Add(1), Bool)
		return
	}
	wide(c, Bool, c.shape(0), func(a []int64) int64 { return 1 - a[0] })
}

// comparison is an operator of two inputs of one type with a bool for each
// element; is says which order of them is meant. NaN has no order.
func comparison(f func(*graph.Node, graph.Operand) *graph.Node, is func(order int) bool) func(c *call) {
	return func(c *call) {
		c.arity(2, 2)
		c.alike()
		shape := c.broadcast()
		if c.inGraph(Float32, 0, 1) {
			c.resultAs(f(c.tensor(0), c.tensor(1)), Bool)
			return
		}
		if typeInfos[c.typ(0)].float {
			wide(c, Bool, shape, func(a []float64) float64 {
				if a[0] < a[1] && is(-1) || a[0] == a[1] && is(0) || a[0] > a[1] && is(1) {
					return 1
				}
				return 0
			})
			return
		}
		wide(c, Bool, shape, func(a []int64) int64 {
			if is(cmp.Compare(a[0], a[1])) {
				return 1
			}
			return 0
		})
	}
}

func less(a *graph.Node, b graph.Operand) *graph.Node { return b.(*graph.Node).Greater(a) }

func lessOrEqual(a *graph.Node, b graph.Operand) *graph.Node {
	return b.(*graph.Node).GreaterOrEqual(a)
}

func where(c *call) {
	c.arity(3, 3)
	c.types(0, Bool)
	c.alike(1, 2)
	shape := c.broadcast()
	if c.inGraph(Float32, 1, 2) && c.in[0].graphable() {
		c.result(c.tensor(0).Where(c.tensor(1), c.tensor(2)))
		return
	}
	c.compute([]int{0, 1, 2}, c.typ(1), shape, func(in []*Array, out *Array) {
		condition := widen[int64](in[0])
		which, a, b := broadcastPlaces(in[0].Shape, shape), broadcastPlaces(in[1].Shape, shape), broadcastPlaces(in[2].Shape, shape)
		for i, p := range which {
			if condition[p] != 0 {
				b[i] = -1
			} else {
				a[i] = -1
			}
		}
		gather(out, in[1], a)
		gather(out, in[2], b)
	})
}
