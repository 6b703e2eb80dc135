package onnxrun

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// reshape reads 0 as "the extent of the input" (unless allowzero) and one −1 as
// "the rest". Before opset 5 the shape is an attribute.
func reshape(c *call) {
	c.arity(2, 2)
	allowZero := c.opset >= 14 && c.flag("allowzero")
	shape, from := c.extents(c.ints(1)), c.shape(0)
	open, known := -1, 1
	for i, d := range shape {
		if d == 0 && !allowZero {
			if i >= len(from) {
				c.refuse("the shape %v copies axis %d of %v", shape, i, []int(from))
			}
			shape[i] = from[i]
		}
		switch {
		case d == -1 && open < 0:
			open = i
			continue
		case d < 0:
			c.refuse("cannot take the shape %v", shape)
		}
		if known *= max(shape[i], 0); known > maxElements {
			c.refuse("the shape %v has more than %d elements", shape, maxElements)
		}
	}
	if open >= 0 {
		if known == 0 || from.Size()%known != 0 {
			c.refuse("%v does not fill the shape %v", []int(from), shape)
		}
		shape[open] = from.Size() / known
	}
	c.view(shape)
}

// flatten makes a matrix: the axes before axis, and the rest.
func flatten(c *call) {
	c.arity(1, 1)
	s := c.shape(0)
	axis := attribute(c, "axis", int64(1))
	if axis != int64(len(s)) {
		axis = int64(c.axis(axis, len(s)))
	}
	c.view([]int{s[:axis].Size(), s[axis:].Size()})
}

func squeeze(c *call) {
	c.arity(1, 2)
	list := c.listOrAttribute(1, "axes", 13)
	axes := c.axesOf(list, c.rank(0))
	shape := []int{}
	for i, d := range c.shape(0) {
		named := slices.Contains(axes, i)
		if named && d != 1 {
			c.refuse("axis %d has extent %d, not 1", i, d)
		}
		if !named && (d != 1 || list != nil) {
			shape = append(shape, d)
		}
	}
	c.view(shape)
}

func unsqueeze(c *call) {
	c.arity(1, 2)
	list := c.listOrAttribute(1, "axes", 13)
	rank := c.rank(0) + len(list)
	if rank > maxRank {
		c.refuse("%d axes are more than the %d supported", rank, maxRank)
	}
	axes := c.axesOf(list, rank)
	shape, left := make([]int, rank), c.shape(0)
	for i := range shape {
		if slices.Contains(axes, i) {
			shape[i] = 1
			continue
		}
		shape[i], left = left[0], left[1:]
	}
	c.view(shape)
}

// expand broadcasts both ways: an extent 1 of the target keeps that of the input.
func expand(c *call) {
	c.arity(2, 2)
	target := c.extents(c.ints(1))
	_, err := elements(target)
	c.check(err)
	shape, ok := graph.Broadcast(c.shape(0), target)
	if !ok {
		c.refuse("%v does not broadcast to %v", []int(c.shape(0)), target)
	}
	if c.inGraph(Float32, 0) && !slices.Contains(shape, 0) && !c.in[0].static() {
		c.result(c.tensor(0).Expand(c.room(shape)...))
		return
	}
	c.listed(shape)
	c.move(shape, broadcastPlaces(c.shape(0), shape))
}

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

// slice takes starts, ends, axes and steps as inputs from opset 10 on, as
// attributes before. Bounds past an end stop there, negative ones count from it.
func slice(c *call) {
	var starts, ends, axes, steps []int64
	if c.opset >= 10 {
		c.arity(3, 5)
		starts, ends, axes, steps = c.ints(1), c.ints(2), c.ints(3), c.ints(4)
	} else {
		c.arity(1, 1)
		starts, ends = attribute(c, "starts", []int64(nil)), attribute(c, "ends", []int64(nil))
		axes = attribute(c, "axes", []int64(nil))
	}
	from := c.shape(0)
	if axes == nil {
		for i := range starts {
			axes = append(axes, int64(i))
		}
	}
	if len(starts) != len(ends) || len(starts) != len(axes) || steps != nil && len(steps) != len(starts) {
		c.refuse("starts, ends, axes and steps differ in length")
	}
	shape, strides, offset := from.Clone(), from.Strides(), 0
	own := slices.Clone(strides)
	plain := true
	for i, a := range c.axesOf(axes, len(from)) {
		step := int64(1)
		if steps != nil {
			step = steps[i]
		}
		if step == 0 {
			c.refuse("the step of axis %d is 0", a)
		}
		start, count := sliceRange(starts[i], ends[i], step, int64(from[a]))
		shape[a] = count
		offset += start * own[a]
		if count > 1 { // else the step is never taken, and may be of any size
			strides[a] = own[a] * int(step)
		}
		plain = plain && step == 1
	}
	if plain && c.inGraph(Float32, 0) && !slices.Contains(shape, 0) {
		n := c.tensor(0)
		for a, d := range shape {
			start := offset / own[a] % from[a]
			n = n.Slice(a, start, start+d)
		}
		c.result(n)
		return
	}
	c.listed(shape)
	c.move(shape, stridedPlaces(shape, offset, strides))
}

// sliceRange returns the first position and the number of positions.
func sliceRange(start, end, step, extent int64) (first, count int) {
	bound := func(v, low, high int64) int64 {
		if v < 0 {
			v = max(v, -extent-1) + extent // without overflow
		}
		return min(max(v, low), high)
	}
	if step > 0 {
		s, e := bound(start, 0, extent), bound(end, 0, extent)
		if e <= s {
			return 0, 0
		}
		return int(s), int((e-s-1)/step) + 1
	}
	s, e := bound(start, 0, extent-1), bound(end, -1, extent-1)
	if s <= e || extent == 0 {
		return 0, 0
	}
	if step == math.MinInt64 {
		return int(s), 1
	}
	return int(s), int((s-e-1)/-step) + 1
}

// split cuts along an axis: into parts of given extents, or into as many equal
// ones as there are outputs.
func split(c *call) {
	c.arity(1, 2)
	from := c.shape(0)
	axis := c.axis(attribute(c, "axis", int64(0)), len(from))
	parts := c.extents(c.listOrAttribute(1, "split", 13))
	if len(parts) == 0 {
		if from[axis]%len(c.outputs) != 0 {
			c.refuse("axis %d of %d does not split into %d equal parts", axis, from[axis], len(c.outputs))
		}
		parts = slices.Repeat([]int{from[axis] / len(c.outputs)}, len(c.outputs))
	}
	sum := 0
	for _, d := range parts {
		if d < 0 || d > from[axis]-sum {
			c.refuse("the parts %v do not add up to the %d of axis %d", parts, from[axis], axis)
		}
		sum += d
	}
	if sum != from[axis] || len(parts) != len(c.outputs) {
		c.refuse("the parts %v for %d outputs do not add up to the %d of axis %d", parts, len(c.outputs), from[axis], axis)
	}
	at := 0
	strides := from.Strides()
	for _, d := range parts {
		shape := from.Clone()
		shape[axis] = d
		if c.inGraph(Float32, 0) && d > 0 && !c.in[0].static() {
			c.result(c.tensor(0).Slice(axis, at, at+d))
		} else {
			c.listed(shape)
			c.move(shape, stridedPlaces(shape, at*strides[axis], strides))
		}
		at += d
	}
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

// pad adds (or with negative numbers takes away) at both ends of each axis: a
// constant, the elements mirrored, or the last one.
func pad(c *call) {
	var pads []int64
	var fill float64
	if c.opset >= 11 {
		c.arity(2, 3)
		pads = c.ints(1)
		if c.has(2) {
			c.alike(0, 2)
			fill = c.scalar(2)
		}
	} else {
		c.arity(1, 1)
		pads = attribute(c, "pads", []int64(nil))
		fill = float64(attribute(c, "value", float32(0)))
	}
	mode := attribute(c, "mode", "constant")
	from := c.shape(0)
	rank := len(from)
	if len(pads) != 2*rank {
		c.refuse("there are %d pads for %d axes", len(pads), rank)
	}
	shape := make(tensor.Shape, rank)
	for i := range shape {
		before, after := c.extent(pads[i]), c.extent(pads[i+rank])
		if shape[i] = from[i] + before + after; shape[i] < 0 {
			c.refuse("pads of %d and %d take more than the %d of axis %d", before, after, from[i], i)
		}
		if reach := max(before, after); mode == "reflect" && reach >= from[i] && reach > 0 || mode == "edge" && from[i] == 0 && reach > 0 {
			c.refuse("axis %d of %d cannot be padded by %d in mode %s", i, from[i], reach, mode)
		}
	}
	source := func(axis, at int) int {
		p := at - int(pads[axis])
		switch last := from[axis] - 1; {
		case p >= 0 && p <= last:
			return p
		case mode == "edge":
			return min(max(p, 0), last)
		case mode == "reflect" && p < 0:
			return -p
		case mode == "reflect":
			return 2*last - p
		}
		return -1
	}
	switch mode {
	case "constant", "edge", "reflect":
	default:
		c.refuse("attribute mode = %q is not known", mode)
	}
	places := c.places(shape)
	mapAxes(places, shape, from.Strides(), source)
	value := NewArray(c.typ(0), 1)
	narrow(value, []float64{fill})
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) {
		if fill != 0 {
			gather(out, value, make([]int32, len(places)))
		} else if f, ok := out.Data.([]float32); ok {
			clear(f) // in a graph the memory was another value's
		}
		gather(out, in[0], places)
	})
}

// mapAxes fills places with Σ source(axis, index)·stride, or −1 where any source
// is negative.
func mapAxes(places []int32, shape tensor.Shape, strides []int, source func(axis, at int) int) {
	var fillFrom func(places []int32, axis, offset int)
	fillFrom = func(places []int32, axis, offset int) {
		if len(places) == 0 {
			return
		}
		if axis == len(shape) {
			places[0] = int32(offset)
			return
		}
		size := len(places) / shape[axis]
		for i := range shape[axis] {
			part := places[i*size : (i+1)*size]
			p := source(axis, i)
			if p < 0 {
				for k := range part {
					part[k] = -1
				}
				continue
			}
			fillFrom(part, axis+1, offset+p*strides[axis])
		}
	}
	fillFrom(places, 0, 0)
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
