package onnxrun

import "github.com/ganzoo/ganzoo/tensor"

// compress keeps the slices of an axis (or the elements of all) that a list of
// bools marks.
func compress(c *call) {
	c.arity(2, 2)
	c.types(1, Bool)
	axis, flat := int64(0), true
	if c.attributes["axis"] != nil {
		axis, flat = attribute(c, "axis", int64(0)), false
	}
	from := c.shape(0)
	if flat {
		from = tensor.Shape{from.Size()}
	}
	k := c.axis(axis, len(from))
	if c.rank(1) != 1 || c.shape(1)[0] > from[k] {
		c.refuse("the condition has the shape %v for an axis of %d", []int(c.shape(1)), from[k])
	}
	c.discover([]int{0, 1}, func(in []*Array) []*Array {
		var chosen []int
		for i, keep := range in[1].Data.([]bool) {
			if keep {
				chosen = append(chosen, i)
			}
		}
		shape := from.Clone()
		shape[k] = len(chosen)
		out := NewArray(in[0].Type, shape...)
		gather(out, in[0], slicePlaces(from, k, len(chosen), func(i int) int { return chosen[i] }))
		return []*Array{out}
	})
}

// nonZero lists the indices of what is not zero: one row an axis.
func nonZero(c *call) {
	c.arity(1, 1)
	// At worst every element is found, in a list that grows by doubling.
	c.check(c.trace.budget.scratch(8 * (c.rank(0) + 2) * c.shape(0).Size()))
	c.discover([]int{0}, func(in []*Array) []*Array {
		var found []int
		in[0].eachFloat(func(i int, v float64) {
			if v != 0 {
				found = append(found, i)
			}
		})
		shape := in[0].Shape
		out := NewArray(Int64, len(shape), len(found))
		data, strides := out.Data.([]int64), shape.Strides()
		for axis := range shape {
			for k, i := range found {
				data[axis*len(found)+k] = int64(i / strides[axis] % shape[axis])
			}
		}
		return []*Array{out}
	})
}
