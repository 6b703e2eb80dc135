package onnxrun

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Shape letters: N batch, C channels in, M channels out, D, H and W the spatial
// extents, G groups.

// conv is the convolution of N×C×… with M×(C/G)×….
func conv(c *call) {
	c.arity(2, 3)
	c.floats(c.all()...)
	axes := c.spatialAxes()
	x, w := c.shape(0), c.shape(1)
	win := c.readWindow(axes, w[2:])
	group := c.groups(x[1], w[0])
	if w[1]*group != x[1] {
		c.refuse("the input has %d channels and the kernel takes %d groups of %d", x[1], group, w[1])
	}
	out := win.over(c, x[2:], false)
	shape := tensor.Shape(append([]int{x[0], w[0]}, out...))
	c.room(shape)
	c.work(shape.Size(), w[1:].Size())
	if axes > 2 {
		c.work(slow, shape.Size(), w[1:].Size())
		c.directConv(win, group, shape)
		return
	}
	c.result(c.withBias(c.grouped(group, win, make([]int, axes), (*graph.Node).Conv)))
}

// convTranspose is the transposed convolution of N×C×… with C×(M/G)×….
func convTranspose(c *call) {
	c.arity(2, 3)
	c.floats(c.all()...)
	axes := c.spatialAxes()
	x, w := c.shape(0), c.shape(1)
	win := c.readWindow(axes, w[2:])
	group := c.groups(x[1], w[0])
	if w[0] != x[1] {
		c.refuse("the input has %d channels and the kernel takes %d", x[1], w[0])
	}
	extra := c.spatial("output_padding", axes, 0, 0)
	want := attribute(c, "output_shape", []int64(nil))
	if want != nil && len(want) == axes+2 {
		want = want[2:] // some exporters write N and C too
	}
	if want != nil && len(want) != axes {
		c.refuse("attribute output_shape has %d values; want %d", len(want), axes)
	}
	shape := tensor.Shape{x[0], w[1] * group}
	for i, d := range x[2:] {
		if extra[i] >= max(win.strides[i], win.dilations[i]) {
			c.refuse("attribute output_padding %d is not below the stride %d", extra[i], win.strides[i])
		}
		full := (d-1)*win.strides[i] + win.span(i)
		switch {
		case want != nil:
			win.shrink(i, full+extra[i]-c.extent(want[i]), &extra[i])
		case win.auto == "SAME_UPPER" || win.auto == "SAME_LOWER":
			win.shrink(i, full+extra[i]-d*win.strides[i], &extra[i])
		}
		extent := full + extra[i] - win.before[i] - win.after[i]
		if extent < 1 {
			c.refuse("the padding takes away the whole result")
		}
		shape = append(shape, extent)
	}
	c.room(shape)
	c.work(x.Size(), w[1:].Size())
	if axes > 2 {
		c.work(slow, x.Size(), w[1:].Size())
		c.directConvTranspose(win, group, shape)
		return
	}
	c.result(c.withBias(c.grouped(group, win, extra, (*graph.Node).ConvTranspose)))
}

// shrink sets the padding of an axis so that the result loses so much; a negative
// loss is output padding.
func (w *window) shrink(axis, loss int, extra *int) {
	if loss < 0 {
		*extra -= loss
		w.before[axis], w.after[axis] = 0, 0
		return
	}
	small, large := loss/2, loss-loss/2
	// As in the standard's text, but for SAME_UPPER, the larger half at the start.
	if w.auto == "SAME_UPPER" {
		w.before[axis], w.after[axis] = small, large
	} else {
		w.before[axis], w.after[axis] = large, small
	}
}

// spatialAxes checks that input and kernel have one number of axes, 1 to 3 of them
// spatial.
func (c *call) spatialAxes() int {
	if c.rank(0) != c.rank(1) || c.rank(0) < 3 || c.rank(0) > 5 {
		c.refuse("the input %v and the kernel %v must both have 3 to 5 axes", []int(c.shape(0)), []int(c.shape(1)))
	}
	return c.rank(0) - 2
}

// groups reads the attribute group, which must divide both numbers of channels.
func (c *call) groups(channels, kernels int) int {
	g := attribute(c, "group", int64(1))
	if g < 1 || g > int64(channels) || channels%int(g) != 0 || kernels%int(g) != 0 {
		c.refuse("attribute group = %d does not divide %d and %d channels", g, channels, kernels)
	}
	return int(g)
}

// grouped cuts input and kernel into groups, along the channels and the kernel's
// first axis, and joins the results. One spatial axis becomes two.
func (c *call) grouped(group int, win window, extra []int, f func(x, w *graph.Node, a graph.ConvAttr) *graph.Node) *graph.Node {
	c.check(c.trace.budget.split(group))
	x, w := c.tensor(0), c.tensor(1)
	flat := len(win.kernel) == 1
	if flat {
		xs, ws := x.Shape(), w.Shape()
		x, w = x.Reshape(xs[0], xs[1], 1, xs[2]), w.Reshape(ws[0], ws[1], 1, ws[2])
	}
	a := win.attr(extra)
	parts := make([]*graph.Node, group)
	cs, ms := x.Shape()[1]/group, w.Shape()[0]/group
	for i := range parts {
		parts[i] = f(x.Slice(1, i*cs, (i+1)*cs), w.Slice(0, i*ms, (i+1)*ms), a)
	}
	y := graph.Concat(1, parts...)
	if flat {
		s := y.Shape()
		y = y.Reshape(s[0], s[1], s[3])
	}
	return y
}

// attr is the geometry as package graph has it.
func (w *window) attr(extra []int) graph.ConvAttr {
	last := len(w.kernel) - 1
	a := graph.ConvAttr{
		StrideH: 1, StrideW: w.strides[last], DilationH: 1, DilationW: w.dilations[last],
		PadLeft: w.before[last], PadRight: w.after[last], OutputPaddingRight: extra[last],
	}
	if last == 1 {
		a.StrideH, a.DilationH = w.strides[0], w.dilations[0]
		a.PadTop, a.PadBottom, a.OutputPaddingBottom = w.before[0], w.after[0], extra[0]
	}
	return a
}

// withBias adds the third input, one value per channel.
func (c *call) withBias(n *graph.Node) *graph.Node {
	if !c.has(2) {
		return n
	}
	c.checkBias(n.Shape()[1])
	return n.Add(c.tensor(2).PerChannel(len(n.Shape())))
}

func (c *call) checkBias(channels int) {
	if c.has(2) && !c.shape(2).Equal(tensor.Shape{channels}) {
		c.refuse("the bias has shape %v; want %d values", []int(c.shape(2)), channels)
	}
}

// directConv sums every window where it stands, for three spatial axes.
func (c *call) directConv(win window, group int, shape tensor.Shape) {
	c.checkBias(shape[1])
	c.compute(c.all(), Float32, shape, func(in []*Array, out *Array) {
		x, w, y := in[0].Data.([]float32), in[1].Data.([]float32), out.Data.([]float32)
		startWithBias(in, out)
		win.eachPair(in[0].Shape, in[1].Shape, shape, group, func(xi, wi, yi int) { y[yi] += x[xi] * w[wi] })
	})
}

// directConvTranspose spreads every element over its window: the same pairs with
// input and output exchanged.
func (c *call) directConvTranspose(win window, group int, shape tensor.Shape) {
	c.checkBias(shape[1])
	c.compute(c.all(), Float32, shape, func(in []*Array, out *Array) {
		x, w, y := in[0].Data.([]float32), in[1].Data.([]float32), out.Data.([]float32)
		startWithBias(in, out)
		win.eachPair(shape, in[1].Shape, in[0].Shape, group, func(yi, wi, xi int) { y[yi] += x[xi] * w[wi] })
	})
}

// startWithBias fills the output with what is added to each channel.
func startWithBias(in []*Array, out *Array) {
	y := out.Data.([]float32)
	clear(y)
	if len(in) < 3 || in[2] == nil {
		return
	}
	bias, plane := in[2].Data.([]float32), out.Shape[2:].Size()
	for i := range y {
		y[i] = bias[i/plane%len(bias)]
	}
}

// eachPair visits the products of a convolution of the image x with the kernel w
// to the maps y, all by their offsets.
func (win *window) eachPair(x, w, y tensor.Shape, group int, visit func(xi, wi, yi int)) {
	xs, ws, ys := x.Strides(), w.Strides(), y.Strides()
	perGroup := w[0] / group
	var spatial func(axis, xi, wi, yi int)
	spatial = func(axis, xi, wi, yi int) {
		if axis == len(win.kernel) {
			visit(xi, wi, yi)
			return
		}
		for o := range y[axis+2] {
			for k := range win.kernel[axis] {
				at := o*win.strides[axis] - win.before[axis] + k*win.dilations[axis]
				if at >= 0 && at < x[axis+2] {
					spatial(axis+1, xi+at*xs[axis+2], wi+k*ws[axis+2], yi+o*ys[axis+2])
				}
			}
		}
	}
	for n := range x[0] {
		for m := range w[0] {
			for ch := range w[1] {
				spatial(0, n*xs[0]+(m/perGroup*w[1]+ch)*xs[1], m*ws[0]+ch*ws[1], n*ys[0]+m*ys[1])
			}
		}
	}
}
