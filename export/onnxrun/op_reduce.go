package onnxrun

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

func add(a, b float64) float64 { return a + b }

func square(a float64) float64 { return a * a }

// reduction says how the elements along some axes become one: out(step(… step(
// start, in(x₀)) …, in(xₙ))), over their number for a mean.
type reduction struct {
	node      func(n *graph.Node, axes ...int) *graph.Node // for float32, where package graph has it
	start     float64
	in, out   func(float64) float64
	step      func(a, b float64) float64
	mean      bool
	axesInput int // the opset from which the axes are an input; 0: 18
}

// reducedAxes reads the axes, all where none is named; ok is false where the
// input is to stay as it is.
func (c *call) reducedAxes(since int) (axes []int, ok bool) {
	c.arity(1, 2)
	if since == 0 {
		since = newestOpset + 1
		c.arity(1, 1)
	}
	list := c.listOrAttribute(1, "axes", since)
	if len(list) == 0 {
		if since <= newestOpset && c.flag("noop_with_empty_axes") {
			return nil, false
		}
		return axesFrom(0, c.rank(0)), true
	}
	if since <= newestOpset {
		c.flag("noop_with_empty_axes")
	}
	axes = c.axesOf(list, c.rank(0))
	slices.Sort(axes)
	return axes, true
}

// without returns the shape with the axes reduced: to 1, or away.
func without(shape tensor.Shape, axes []int, keep bool) tensor.Shape {
	s := tensor.Shape{}
	for i, d := range shape {
		switch {
		case !slices.Contains(axes, i):
			s = append(s, d)
		case keep:
			s = append(s, 1)
		}
	}
	return s
}

func reduce(r reduction) func(c *call) {
	return func(c *call) {
		axes, ok := c.reducedAxes(r.axesInput)
		keep := attribute(c, "keepdims", int64(1)) != 0
		if !ok {
			c.pass(0)
			return
		}
		shape := without(c.shape(0), axes, keep)
		if r.node != nil && c.inGraph(Float32, 0) {
			n := c.tensor(0)
			if len(axes) > 0 {
				n = r.node(n, axes...)
			}
			c.result(n.Reshape(shape...))
			return
		}
		c.types(0, Float32, Float64, Float16, Int32, Int64, Uint32, Uint64, Int8, Uint8)
		c.reduceWide(axes, shape, r)
	}
}

// reduceWide reduces in float64.
func (c *call) reduceWide(axes []int, shape tensor.Shape, r reduction) {
	from := c.shape(0)
	kept := without(from, axes, true)
	count := float64(from.Size()) / float64(max(kept.Size(), 1))
	places := broadcastPlaces(kept, from)
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) {
		w := make([]float64, out.size())
		for i := range w {
			w[i] = r.start
		}
		for i, v := range exactFloats(in[0]) {
			if r.in != nil {
				v = r.in(v)
			}
			w[places[i]] = r.step(w[places[i]], v)
		}
		for i := range w {
			if r.mean {
				w[i] /= count
			}
			if r.out != nil {
				w[i] = r.out(w[i])
			}
		}
		narrow(out, w)
	})
}

// reduceLogSumExp takes the largest out first, so that nothing overflows.
func reduceLogSumExp(c *call) {
	axes, _ := c.reducedAxes(0)
	shape := without(c.shape(0), axes, attribute(c, "keepdims", int64(1)) != 0)
	c.types(0, Float32, Float64, Float16)
	places := broadcastPlaces(without(c.shape(0), axes, true), c.shape(0))
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) {
		top, sum := make([]float64, out.size()), make([]float64, out.size())
		for i := range top {
			top[i] = math.Inf(-1)
		}
		in[0].eachFloat(func(i int, v float64) { top[places[i]] = max(top[places[i]], v) })
		in[0].eachFloat(func(i int, v float64) {
			if v != top[places[i]] { // also where both are infinite
				v = math.Exp(v - top[places[i]])
			} else {
				v = 1
			}
			sum[places[i]] += v
		})
		for i := range sum {
			sum[i] = top[i] + math.Log(sum[i])
		}
		narrow(out, sum)
	})
}

// eachLine calls f with the first offset of every line along an axis: of extent
// elements, inner apart.
func eachLine(size, extent, inner int, f func(start int)) {
	for outer := 0; outer < size; outer += extent * inner {
		for i := range inner {
			f(outer + i)
		}
	}
}

// line returns the axis's extent and the distance of its elements.
func line(shape tensor.Shape, axis int) (extent, inner int) {
	return shape[axis], shape[axis+1:].Size()
}

// argExtreme is ArgMax or ArgMin.
func argExtreme(better func(a, best float64) bool) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		axis := c.axis(attribute(c, "axis", int64(0)), c.rank(0))
		last := false
		if c.opset >= 12 {
			last = c.flag("select_last_index")
		}
		from := c.shape(0)
		if from[axis] == 0 {
			c.refuse("axis %d is empty", axis)
		}
		extent, inner := line(from, axis)
		c.compute([]int{0}, Int64, without(from, []int{axis}, attribute(c, "keepdims", int64(1)) != 0), func(in []*Array, out *Array) {
			x, y, at := exactFloats(in[0]), out.Data.([]int64), 0
			eachLine(len(x), extent, inner, func(start int) {
				best := 0
				for k := 1; k < extent; k++ {
					v, top := x[start+k*inner], x[start+best*inner]
					if better(v, top) || last && v == top {
						best = k
					}
				}
				y[at] = int64(best)
				at++
			})
		})
	}
}

func cumSum(c *call) {
	c.arity(2, 2)
	exclusive, reverse := c.flag("exclusive"), c.flag("reverse")
	axis := c.axis(int64(c.scalar(1)), c.rank(0))
	extent, inner := line(c.shape(0), axis)
	c.compute([]int{0}, c.typ(0), c.shape(0), func(in []*Array, out *Array) {
		if typeInfos[out.Type].float {
			narrow(out, cumulated(widen[float64](in[0]), extent, inner, exclusive, reverse))
		} else {
			narrow(out, cumulated(widen[int64](in[0]), extent, inner, exclusive, reverse))
		}
	})
}

func cumulated[W wideNumber](x []W, extent, inner int, exclusive, reverse bool) []W {
	y := make([]W, len(x))
	if len(x) == 0 {
		return y
	}
	eachLine(len(x), extent, inner, func(start int) {
		var sum W
		for k := range extent {
			i := start + k*inner
			if reverse {
				i = start + (extent-1-k)*inner
			}
			if exclusive {
				y[i] = sum
			}
			sum += x[i]
			if !exclusive {
				y[i] = sum
			}
		}
	})
	return y
}

// topK gives the k largest (or smallest) along an axis and where they were; of
// equal ones the first come first.
func topK(c *call) {
	c.arity(2, 2)
	from := c.shape(0)
	axis := c.axis(attribute(c, "axis", int64(-1)), len(from))
	largest := true
	if c.opset >= 11 {
		largest = attribute(c, "largest", int64(1)) != 0
		c.read["sorted"] = true // sorted is one of the orders that unsorted allows
	}
	k := c.extent(int64(c.scalar(1)))
	if k < 0 || k > from[axis] {
		c.refuse("K = %d of the %d elements of axis %d", k, from[axis], axis)
	}
	shape := from.Clone()
	shape[axis] = k
	extent, inner := line(from, axis)
	places := func(in *Array) []int32 {
		x := exactFloats(in)
		chosen := make([]int32, shape.Size())
		order := make([]int, extent)
		at := 0
		eachLine(len(x), extent, inner, func(start int) {
			for i := range order {
				order[i] = i
			}
			slices.SortStableFunc(order, func(i, j int) int {
				a, b := x[start+i*inner], x[start+j*inner]
				if largest {
					a, b = b, a
				}
				switch {
				case a < b:
					return -1
				case a > b:
					return 1
				}
				return 0
			})
			outer, in := at/inner, at%inner
			for i, from := range order[:k] {
				chosen[(outer*k+i)*inner+in] = int32(start + from*inner)
			}
			at++
		})
		return chosen
	}
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) { gather(out, in[0], places(in[0])) })
	c.compute([]int{0}, Int64, shape, func(in []*Array, out *Array) {
		y := out.Data.([]int64)
		for i, p := range places(in[0]) {
			y[i] = int64(int(p) / inner % extent)
		}
	})
}
