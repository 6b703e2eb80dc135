package onnxrun

import "slices"

// gatherOp takes slices of an axis: a row of an embedding for each label.
func gatherOp(c *call) {
	c.arity(2, 2)
	from, by := c.shape(0), c.shape(1)
	axis := c.axis(attribute(c, "axis", int64(0)), len(from))
	shape := slices.Concat(from[:axis], by, from[axis+1:])
	c.checkElements(shape)
	c.indexed(shape, func(indices []int64) []int32 {
		return slicePlaces(from, axis, len(indices), func(k int) int { return index(indices[k], from[axis]) })
	})
}

// gatherElementsOp takes one element for each index, from its place but for the
// axis.
func gatherElementsOp(c *call) {
	c.arity(2, 2)
	from, by := c.shape(0), c.shape(1)
	axis := c.axis(attribute(c, "axis", int64(0)), len(from))
	c.fitsWithin(by, from, axis)
	c.indexed(by, func(indices []int64) []int32 { return elementPlaces(indices, by, from, axis) })
}

// gatherND takes slices by tuples of indices.
func gatherND(c *call) {
	c.arity(2, 2)
	from, by := c.shape(0), c.shape(1)
	batch := 0
	if c.opset >= 12 {
		batch = int(attribute(c, "batch_dims", int64(0)))
	}
	if len(by) == 0 || batch < 0 || batch >= len(by) || batch >= len(from) || !from[:batch].Equal(by[:batch]) {
		c.refuse("%d batch axes of %v and %v", batch, []int(from), []int(by))
	}
	tuple := by[len(by)-1]
	if tuple > len(from)-batch {
		c.refuse("tuples of %d indices for %d axes", tuple, len(from)-batch)
	}
	shape := slices.Concat(by[:len(by)-1], from[batch+tuple:])
	c.checkElements(shape)
	inner := from[batch+tuple:].Size()
	perBatch := by[batch : len(by)-1].Size()
	c.indexed(shape, func(indices []int64) []int32 {
		places := make([]int32, 0, shape.Size())
		for t := range by[:len(by)-1].Size() {
			at := t / max(perBatch, 1)
			for k := range tuple {
				d := from[batch+k]
				at = at*d + index(indices[t*tuple+k], d)
			}
			for k := range inner {
				places = append(places, int32(at*inner+k))
			}
		}
		return places
	})
}
