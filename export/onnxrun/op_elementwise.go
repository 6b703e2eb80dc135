package onnxrun

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// nodes is an operator of one float32 input.
func nodes(f func(*graph.Node) *graph.Node) func(c *call) { return both(f, nil) }

// both is an operator of one input: a node for float32, and for the rest a
// function on arrays; nil where nothing else is supported.
func both(f func(*graph.Node) *graph.Node, rest func(c *call)) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		if rest != nil && !c.inGraph(Float32, 0) {
			rest(c)
			return
		}
		c.result(f(c.tensor(0)))
	}
}

// integers applies f to each element of an integer input.
func integers(f func(int64) int64) func(c *call) {
	return func(c *call) {
		if typeInfos[c.typ(0)].float {
			wide(c, c.typ(0), c.shape(0), func(a []float64) float64 { return float64(f(int64(a[0]))) })
			return
		}
		wide(c, c.typ(0), c.shape(0), func(a []int64) int64 { return f(a[0]) })
	}
}

// mapped is an operator of one float input that f computes in float64.
func mapped(f func(float64) float64) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		c.map1(f)
	}
}

func (c *call) map1(f func(float64) float64) {
	c.types(0, Float32, Float64, Float16)
	c.work(hard, c.shape(0).Size())
	pool := c.pool()
	c.compute([]int{0}, c.typ(0), c.shape(0), func(in []*Array, out *Array) {
		if x, ok := in[0].Data.([]float32); ok {
			y := out.Data.([]float32)
			inParts(pool, len(x), func(first, end int) {
				for i, v := range x[first:end] {
					y[first+i] = float32(f(float64(v)))
				}
			})
			return
		}
		w := make([]float64, in[0].size())
		in[0].eachFloat(func(i int, v float64) { w[i] = f(v) })
		narrow(out, w)
	})
}

// wide computes each element of the output from the elements of all inputs that
// broadcast to its place, in int64 or float64.
func wide[W wideNumber](c *call, typ Type, shape tensor.Shape, f func(a []W) W) {
	inputs := c.all()
	n, err := elements(shape)
	c.check(err)
	spread := 0 // inputs that broadcast, each as a list of places and as wide numbers
	for _, i := range inputs {
		if !c.shape(i).Equal(shape) {
			spread++
		}
	}
	c.check(c.trace.budget.scratch((4 + 8) * n * spread))
	c.work(heavy, n, len(inputs))
	c.compute(inputs, typ, shape, func(in []*Array, out *Array) {
		w := make([]W, n)
		from := make([][]W, len(in))
		for k, a := range in {
			from[k] = widen[W](a)
			if !a.Shape.Equal(out.Shape) {
				places := broadcastPlaces(a.Shape, out.Shape)
				spread := make([]W, n)
				gatherElements(spread, from[k], places)
				from[k] = spread
			}
		}
		args := make([]W, len(in))
		for i := range w {
			for k := range args {
				args[k] = from[k][i]
			}
			w[i] = f(args)
		}
		narrow(out, w)
	})
}
