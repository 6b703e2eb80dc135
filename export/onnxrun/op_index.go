package onnxrun

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
)

// indexed gives an output whose elements are chosen from input 0 by the indices
// of input 1, which may be known only at a run: places makes the list each time.
// An index out of range is an error where it is met first, and counts as the
// nearest one in a replay.
func (c *call) indexed(shape tensor.Shape, places func(indices []int64) []int32) {
	c.types(1, Int32, Int64)
	c.compute([]int{0, 1}, c.typ(0), shape, func(in []*Array, out *Array) {
		gather(out, in[0], places(widen[int64](in[1])))
	})
}

// index turns a possibly negative index into one below extent.
func index(i int64, extent int) int {
	if i < 0 {
		i += int64(extent)
	}
	if i < 0 || i >= int64(extent) {
		panic(refusal{&indexError{i, extent}})
	}
	return int(i)
}

// slicePlaces lists the elements of count slices of an axis, one after the
// other along it; which tells the k-th of them.
func slicePlaces(from tensor.Shape, axis, count int, which func(k int) int) []int32 {
	extent, inner := line(from, axis)
	outer := from[:axis].Size()
	places := make([]int32, 0, outer*count*inner)
	for o := range outer {
		for k := range count {
			start := (o*extent + which(k)) * inner
			for e := range inner {
				places = append(places, int32(start+e))
			}
		}
	}
	return places
}

func (c *call) fitsWithin(by, from tensor.Shape, axis int) {
	if len(by) != len(from) {
		c.refuse("the indices %v have not as many axes as %v", []int(by), []int(from))
	}
	for i, d := range by {
		if i != axis && d > from[i] {
			c.refuse("the indices %v are larger than %v on axis %d", []int(by), []int(from), i)
		}
	}
}

func elementPlaces(indices []int64, by, from tensor.Shape, axis int) []int32 {
	strides := from.Strides()
	base := slices.Clone(strides)
	base[axis] = 0
	places := stridedPlaces(by, 0, base)
	for i, v := range indices {
		places[i] += int32(index(v, from[axis]) * strides[axis])
	}
	return places
}

// oneHot is on at the index, off elsewhere, along a new axis. An index out of
// range leaves everything off.
func oneHot(c *call) {
	c.arity(3, 3)
	if c.rank(2) != 1 || c.shape(2)[0] != 2 {
		c.refuse("the values have the shape %v; want off and on", []int(c.shape(2)))
	}
	depth := c.extent(int64(c.scalar(1)))
	if depth < 0 {
		c.refuse("the depth is %d", depth)
	}
	by := c.shape(0)
	axis := c.axis(attribute(c, "axis", int64(-1)), len(by)+1)
	shape := slices.Insert(by.Clone(), axis, depth)
	c.checkElements(shape)
	_, inner := line(shape, axis)
	c.compute([]int{0, 2}, c.typ(2), shape, func(in []*Array, out *Array) {
		hot := make([]int32, out.size())
		in[0].eachFloat(func(i int, v float64) {
			if v < 0 {
				v += float64(depth)
			}
			if v >= 0 && v < float64(depth) {
				hot[(i/inner*depth+int(v))*inner+i%inner] = 1
			}
		})
		gather(out, in[1], hot)
	})
}
