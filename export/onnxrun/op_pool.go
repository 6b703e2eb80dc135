package onnxrun

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// pooling reads what AveragePool and MaxPool share and returns the window and the
// shape of the result.
func pooling(c *call) (window, tensor.Shape) {
	c.arity(1, 1)
	x := c.shape(0)
	if len(x) < 3 || len(x) > 5 {
		c.refuse("the input has the shape %v; want 3 to 5 axes", []int(x))
	}
	win := c.readWindow(len(x)-2, nil)
	for i, k := range win.kernel {
		if win.before[i] >= win.span(i) || win.after[i] >= win.span(i) {
			c.refuse("attribute pads: a window of %d would see padding alone", k)
		}
	}
	out := win.over(c, x[2:], c.flag("ceil_mode"))
	shape := append(x[:2].Clone(), out...)
	_, err := elements(shape)
	c.check(err)
	c.work(slow, shape.Size(), tensor.Shape(win.kernel).Size())
	return win, shape
}

// eachWindow calls visit for every window of a plane with the offsets of its
// elements inside, for the result's offset.
func (w *window) eachWindow(in, out []int, visit func(at int, inside []int)) {
	strides := tensor.Shape(in).Strides()
	inside := make([]int, 0, 64)
	at := 0
	var corner, taps func(axis, offset int)
	position := make([]int, len(in))
	taps = func(axis, offset int) {
		if axis == len(in) {
			inside = append(inside, offset)
			return
		}
		for k := range w.kernel[axis] {
			p := position[axis]*w.strides[axis] - w.before[axis] + k*w.dilations[axis]
			if p >= 0 && p < in[axis] {
				taps(axis+1, offset+p*strides[axis])
			}
		}
	}
	corner = func(axis, _ int) {
		if axis == len(in) {
			inside = inside[:0]
			taps(0, 0)
			visit(at, inside)
			at++
			return
		}
		for position[axis] = range out[axis] {
			corner(axis+1, 0)
		}
	}
	corner(0, 0)
}

// averagePool divides by the window's elements inside the input, or by those of
// the padding too where it is said; what a ceiling adds never counts.
func averagePool(c *call) {
	counted := c.opset >= 7 && c.flag("count_include_pad")
	c.floats(0)
	win, shape := pooling(c)
	in := c.shape(0)[2:]
	plane, result := in.Size(), shape[2:].Size()
	pool := c.pool()
	c.compute([]int{0}, Float32, shape, func(arrays []*Array, out *Array) {
		x, y := arrays[0].Data.([]float32), out.Data.([]float32)
		padded := win.countPadded(in, shape[2:])
		inParts(pool, shape[:2].Size(), func(first, end int) {
			win.eachWindow(in, shape[2:], func(at int, inside []int) {
				count := len(inside)
				if counted {
					count = padded(at)
				}
				for p := first; p < end; p++ {
					sum := float32(0)
					for _, i := range inside {
						sum += x[p*plane+i]
					}
					y[p*result+at] = sum / float32(count)
				}
			})
		})
	})
}

// countPadded returns a function that counts the taps of a window within the
// padded input.
func (w *window) countPadded(in, out []int) func(at int) int {
	strides := tensor.Shape(out).Strides()
	return func(at int) int {
		count := 1
		for i, d := range in {
			start := at/strides[i]%out[i]*w.strides[i] - w.before[i]
			taps := 0
			for k := range w.kernel[i] {
				if start+k*w.dilations[i] < d+w.after[i] {
					taps++
				}
			}
			count *= taps
		}
		return count
	}
}

// maxPool may also give the offset of each largest element in the whole input, in
// row-major or column-major order of the spatial axes.
func maxPool(c *call) {
	columnMajor := c.flag("storage_order")
	win, shape := pooling(c)
	in := c.shape(0)[2:]
	plane, result := in.Size(), shape[2:].Size()
	largest := func(x []float64, visit func(at, from int)) {
		win.eachWindow(in, shape[2:], func(at int, inside []int) {
			for p := range shape[:2].Size() {
				if len(inside) == 0 {
					continue // a window of padding alone, which ceil_mode may give
				}
				best := inside[0]
				for _, i := range inside[1:] {
					if x[p*plane+i] > x[p*plane+best] {
						best = i
					}
				}
				visit(p*result+at, p*plane+best)
			}
		})
	}
	pool := c.pool()
	if c.inGraph(Float32, 0) {
		c.compute([]int{0}, Float32, shape, func(arrays []*Array, out *Array) {
			x, y := arrays[0].Data.([]float32), out.Data.([]float32)
			inParts(pool, shape[:2].Size(), func(first, end int) {
				win.eachWindow(in, shape[2:], func(at int, inside []int) {
					for p := first; p < end; p++ {
						top := float32(math.Inf(-1))
						for _, i := range inside {
							top = max(top, x[p*plane+i])
						}
						y[p*result+at] = top
					}
				})
			})
		})
	} else {
		c.compute([]int{0}, c.typ(0), shape, func(arrays []*Array, out *Array) {
			places := make([]int32, out.size())
			largest(widen[float64](arrays[0]), func(at, from int) { places[at] = int32(from) })
			gather(out, arrays[0], places)
		})
	}
	if !c.wants(1) {
		return
	}
	c.compute([]int{0}, Int64, shape, func(arrays []*Array, out *Array) {
		y := out.Data.([]int64)
		largest(widen[float64](arrays[0]), func(at, from int) {
			y[at] = int64(from)
			if columnMajor {
				y[at] = int64(from/plane*plane + transposedOffset(from%plane, in))
			}
		})
	})
}

// transposedOffset is the column-major offset of a row-major one.
func transposedOffset(offset int, shape tensor.Shape) int {
	at, stride := 0, 1
	strides := shape.Strides()
	for i, d := range shape {
		at += offset / strides[i] % d * stride
		stride *= d
	}
	return at
}

// globalPool reduces all spatial axes, which stay with extent 1.
func globalPool(f func(n *graph.Node, axes ...int) *graph.Node) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		x := c.tensor(0)
		shape := x.Shape()
		if len(shape) < 3 {
			c.refuse("the input has the shape %v; want spatial axes", []int(shape))
		}
		flat := f(x.Reshape(shape[0], shape[1], -1), 2)
		c.result(flat.Reshape(append([]int{shape[0], shape[1]}, slices.Repeat([]int{1}, len(shape)-2)...)...))
	}
}

func globalMax(n *graph.Node, axes ...int) *graph.Node { return n.MaxKeep(axes...) }

// lrn is x/(bias + alpha/size·Σ x²)^beta with the sum over size neighbouring
// channels.
func lrn(c *call) {
	c.arity(1, 1)
	c.floats(0)
	size := int(attribute(c, "size", int64(0)))
	alpha, beta := float64(attribute(c, "alpha", float32(1e-4))), float64(attribute(c, "beta", float32(0.75)))
	bias := float64(attribute(c, "bias", float32(1)))
	shape := c.shape(0)
	if size < 1 || len(shape) < 2 {
		c.refuse("attribute size = %d on an input of shape %v", size, []int(shape))
	}
	c.work(slow, shape.Size(), min(size, shape[1]))
	plane := shape[2:].Size()
	c.compute([]int{0}, Float32, shape, func(in []*Array, out *Array) {
		x, y := in[0].Data.([]float32), out.Data.([]float32)
		for i, v := range x {
			channel, sum := i/plane%shape[1], 0.0
			for k := max(0, channel-(size-1)/2); k <= min(shape[1]-1, channel+size/2); k++ {
				sum += square(float64(x[i+(k-channel)*plane]))
			}
			y[i] = float32(float64(v) / math.Pow(bias+alpha/float64(size)*sum, beta))
		}
	})
}
