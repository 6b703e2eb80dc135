package onnxrun

import (
	"math"
	"slices"
)

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
