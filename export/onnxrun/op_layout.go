package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

func transpose(c *call) {
	c.arity(1, 1)
	rank := c.rank(0)
	perm := c.extents(attribute(c, "perm", []int64(nil)))
	if len(perm) == 0 {
		for i := range rank {
			perm = append(perm, rank-1-i)
		}
	}
	shape, strides, own := make(tensor.Shape, rank), make([]int, rank), c.shape(0).Strides()
	seen := map[int]bool{}
	for i, p := range perm {
		if len(perm) != rank || p < 0 || p >= rank || seen[p] {
			c.refuse("attribute perm %v is no permutation of %d axes", perm, rank)
		}
		seen[p], shape[i], strides[i] = true, c.shape(0)[p], own[p]
	}
	if c.inGraph(Float32, 0) && rank > 0 {
		c.result(c.tensor(0).Transpose(perm...))
		return
	}
	c.listed(shape)
	c.move(shape, stridedPlaces(shape, 0, strides))
}

func concat(c *call) {
	c.arity(1, 1<<12)
	c.arity(len(c.in), 1<<12)
	c.alike()
	rank := c.rank(0)
	fallback := int64(math.MaxInt64) // axis is required
	axis := c.axis(attribute(c, "axis", fallback), rank)
	shape := c.shape(0).Clone()
	shape[axis] = 0
	for i := range c.in {
		s := c.shape(i)
		if len(s) != rank {
			c.refuse("input[%d] has %d axes; input[0] has %d", i, len(s), rank)
		}
		shape[axis] += s[axis]
		for k, d := range s {
			if k != axis && d != shape[k] {
				c.refuse("input[%d] has extent %d on axis %d; input[0] has %d", i, d, k, shape[k])
			}
		}
	}
	if c.inGraph(Float32, c.all()...) {
		c.room(shape)
		parts := make([]*graph.Node, len(c.in))
		for i := range parts {
			parts[i] = c.tensor(i)
		}
		c.result(graph.Concat(axis, parts...))
		return
	}
	c.compute(c.all(), c.typ(0), shape, func(in []*Array, out *Array) {
		// One after the other first, then every element to its row.
		all, places := NewArray(out.Type, out.size()), make([]int32, out.size())
		_, inner := line(shape, axis)
		row, column, first := shape[axis]*inner, 0, 0
		for _, a := range in {
			width := a.Shape[axis] * inner
			copyElements(all.part(first, first+a.size()), a)
			for i := range a.size() {
				places[i/width*row+column+i%width] = int32(first + i)
			}
			column, first = column+width, first+a.size()
		}
		gather(out, all, places)
	})
}

func tile(c *call) {
	c.arity(2, 2)
	repeats := c.extents(c.ints(1))
	from := c.shape(0)
	if len(repeats) != len(from) {
		c.refuse("there are %d repeats for %d axes", len(repeats), len(from))
	}
	// Each axis becomes two, the outer one repeated.
	shape, wide, strides := from.Clone(), tensor.Shape{}, []int{}
	own := from.Strides()
	for i, r := range repeats {
		if r < 0 || r > maxElements {
			c.refuse("axis %d is repeated %d times", i, r)
		}
		shape[i] *= r
		wide, strides = append(wide, r, from[i]), append(strides, 0, own[i])
	}
	c.listed(shape)
	c.move(shape, stridedPlaces(wide, 0, strides))
}

// depthToSpace moves channels into blocks of pixels: b²·C×H×W → C×bH×bW.
func depthToSpace(c *call) {
	c.arity(1, 1)
	b := c.blockSize()
	s := c.shape(0)
	if s[1]%(b*b) != 0 {
		c.refuse("%d channels do not divide by blocksize² = %d", s[1], b*b)
	}
	mode := "DCR"
	if c.opset >= 11 {
		mode = attribute(c, "mode", "DCR")
	}
	ch := s[1] / (b * b)
	strides := tensor.Shape{s[0], b, b, ch, s[2], s[3]}.Strides()
	order := []int{0, 3, 4, 1, 5, 2} // N, C, H, block row, W, block column
	switch mode {
	case "DCR":
	case "CRD":
		strides = tensor.Shape{s[0], ch, b, b, s[2], s[3]}.Strides()
		order = []int{0, 1, 4, 2, 5, 3}
	default:
		c.refuse("attribute mode = %q is neither DCR nor CRD", mode)
	}
	shape := tensor.Shape{s[0], ch, s[2] * b, s[3] * b}
	c.listed(shape)
	c.move(shape, stridedPlaces(tensor.Shape{s[0], ch, s[2], b, s[3], b}, 0, pick(strides, order)))
}

// spaceToDepth moves blocks of pixels into channels: C×bH×bW → b²·C×H×W.
func spaceToDepth(c *call) {
	c.arity(1, 1)
	b := c.blockSize()
	s := c.shape(0)
	if s[2]%b != 0 || s[3]%b != 0 {
		c.refuse("%d×%d pixels do not divide by blocksize %d", s[2], s[3], b)
	}
	h, w := s[2]/b, s[3]/b
	strides := tensor.Shape{s[0], s[1], h, b, w, b}.Strides()
	shape := tensor.Shape{s[0], s[1] * b * b, h, w}
	c.listed(shape)
	c.move(shape, stridedPlaces(tensor.Shape{s[0], b, b, s[1], h, w}, 0, pick(strides, []int{0, 3, 5, 1, 2, 4})))
}

func (c *call) blockSize() int {
	b := attribute(c, "blocksize", int64(0))
	if b < 1 || b > 1<<10 || c.rank(0) != 4 {
		c.refuse("attribute blocksize = %d on an input of shape %v", b, []int(c.shape(0)))
	}
	return int(b)
}

func pick(list, order []int) []int {
	out := make([]int, len(order))
	for i, k := range order {
		out[i] = list[k]
	}
	return out
}

// trilu keeps the upper or lower triangle of each matrix.
func trilu(c *call) {
	c.arity(1, 2)
	upper := attribute(c, "upper", int64(1)) != 0
	k := int64(0)
	if c.has(1) {
		k = int64(c.scalar(1))
	}
	s := c.shape(0)
	if len(s) < 2 {
		c.refuse("the input has the shape %v; want matrices", []int(s))
	}
	rows, columns := int64(s[len(s)-2]), int64(s[len(s)-1])
	k = min(max(k, -rows-1), columns+1)
	places := c.places(s)
	for i := range places {
		row, column := int64(i)/columns%rows, int64(i)%columns
		places[i] = -1
		if upper && column >= row+k || !upper && column <= row+k {
			places[i] = int32(i)
		}
	}
	c.compute([]int{0}, c.typ(0), s, func(in []*Array, out *Array) {
		if f, ok := out.Data.([]float32); ok {
			clear(f)
		}
		gather(out, in[0], places)
	})
}

// reverseSequence turns round the first so many elements of each sequence.
func reverseSequence(c *call) {
	c.arity(2, 2)
	s := c.shape(0)
	if len(s) < 2 {
		c.refuse("the input has the shape %v; want two axes", []int(s))
	}
	batch, time := c.axis(attribute(c, "batch_axis", int64(1)), 2), c.axis(attribute(c, "time_axis", int64(0)), 2)
	lengths := c.ints(1)
	if batch == time || len(lengths) != s[batch] {
		c.refuse("there are %d lengths for axis %d of %v", len(lengths), batch, []int(s))
	}
	for i, n := range lengths {
		if n < 0 || n > int64(s[time]) {
			c.refuse("sequence %d has %d elements of %d", i, n, s[time])
		}
	}
	places, strides := c.places(s), s.Strides()
	for i := range places {
		t, n := i/strides[time]%s[time], int(lengths[i/strides[batch]%s[batch]])
		places[i] = int32(i)
		if t < n {
			places[i] = int32(i + (n-1-2*t)*strides[time])
		}
	}
	c.move(s, places)
}
