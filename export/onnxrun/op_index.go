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

// gatherOp takes slices of an axis: a row of an embedding for each label.
func gatherOp(c *call) {
	c.arity(2, 2)
	from, by := c.shape(0), c.shape(1)
	axis := c.axis(attribute(c, "axis", int64(0)), len(from))
	shape := slices.Concat(from[:axis], by, from[axis+1:])
	c.checkElements(shape)
	extent, inner := line(from, axis)
	outer := from[:axis].Size()
	c.indexed(shape, func(indices []int64) []int32 {
		places := make([]int32, 0, outer*len(indices)*inner)
		for o := range outer {
			for _, i := range indices {
				start := (o*extent + index(i, extent)) * inner
				for k := range inner {
					places = append(places, int32(start+k))
				}
			}
		}
		return places
	})
}

// checkElements refuses a shape that the budget has no room for.
func (c *call) checkElements(shape []int) {
	_, err := elements(shape)
	c.check(err)
	if !slices.Contains(shape, 0) {
		c.room(shape)
	}
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

// scatterElements puts updates at the places that GatherElements would take them
// from.
func scatterElements(c *call) {
	c.arity(3, 3)
	c.alike(0, 2)
	c.types(1, Int32, Int64)
	from, by := c.shape(0), c.shape(1)
	axis := c.axis(attribute(c, "axis", int64(0)), len(from))
	c.fitsWithin(by, from, axis)
	if !by.Equal(c.shape(2)) {
		c.refuse("the updates %v are not shaped as the indices %v", []int(c.shape(2)), []int(by))
	}
	c.scattered(func(indices []int64) []int32 { return elementPlaces(indices, by, from, axis) })
}

// scattered gives input 0 with the elements of input 2 at places.
func (c *call) scattered(places func(indices []int64) []int32) {
	combine := "none"
	if c.opset >= 16 {
		combine = attribute(c, "reduction", "none")
	}
	switch combine {
	case "none", "add", "mul":
	default:
		c.refuse("attribute reduction = %q is not supported", combine)
	}
	c.compute([]int{0, 1, 2}, c.typ(0), c.shape(0), func(in []*Array, out *Array) {
		copyElements(out, in[0])
		at := places(widen[int64](in[1]))
		switch {
		case combine == "none":
			scatter(out, in[2], at)
		case typeInfos[out.Type].float:
			narrow(out, scatterWide(widen[float64](in[0]), widen[float64](in[2]), at, combine == "mul"))
		default:
			narrow(out, scatterWide(widen[int64](in[0]), widen[int64](in[2]), at, combine == "mul"))
		}
	})
}

func scatterWide[W wideNumber](data, updates []W, at []int32, multiply bool) []W {
	w := slices.Clone(data)
	for i, p := range at {
		if multiply {
			w[p] *= updates[i]
		} else {
			w[p] += updates[i]
		}
	}
	return w
}

// scatterND puts slices at tuples of indices.
func scatterND(c *call) {
	c.arity(3, 3)
	c.alike(0, 2)
	c.types(1, Int64)
	from, by := c.shape(0), c.shape(1)
	if len(by) == 0 || by[len(by)-1] > len(from) {
		c.refuse("indices %v into %v", []int(by), []int(from))
	}
	tuple := by[len(by)-1]
	if want := slices.Concat(by[:len(by)-1], from[tuple:]); !c.shape(2).Equal(want) {
		c.refuse("the updates have the shape %v; want %v", []int(c.shape(2)), []int(want))
	}
	inner := from[tuple:].Size()
	c.scattered(func(indices []int64) []int32 {
		var places []int32
		for t := range by[:len(by)-1].Size() {
			at := 0
			for k := range tuple {
				at = at*from[k] + index(indices[t*tuple+k], from[k])
			}
			for k := range inner {
				places = append(places, int32(at*inner+k))
			}
		}
		return places
	})
}

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
	_, inner := line(from, k)
	c.discover([]int{0, 1}, func(in []*Array) []*Array {
		var chosen []int
		for i, keep := range in[1].Data.([]bool) {
			if keep {
				chosen = append(chosen, i)
			}
		}
		shape := from.Clone()
		shape[k] = len(chosen)
		var places []int32
		for o := range from[:k].Size() {
			for _, i := range chosen {
				for e := range inner {
					places = append(places, int32((o*from[k]+i)*inner+e))
				}
			}
		}
		out := NewArray(in[0].Type, shape...)
		gather(out, in[0], places)
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

// uniqueBytes is what Unique's lists take for an element of the axis at most.
const uniqueBytes = 96

// unique lists the different elements, or slices of an axis, sorted or in the
// order of their first places, with these places, the list for each element, and
// the counts.
func unique(c *call) {
	c.arity(1, 1)
	sorted := attribute(c, "sorted", int64(1)) != 0
	from := c.shape(0)
	axis, flat := 0, c.attributes["axis"] == nil
	if flat {
		from = tensor.Shape{from.Size()}
	} else {
		axis = c.axis(attribute(c, "axis", int64(0)), len(from))
	}
	extent, inner := line(from, axis)
	outer := from[:axis].Size()
	c.check(c.trace.budget.scratch(8*from.Size() + uniqueBytes*extent))
	c.discover([]int{0}, func(in []*Array) []*Array {
		x := exactFloats(in[0])
		compare := func(a, b int) int {
			for o := range outer {
				for e := range inner {
					v, w := x[(o*extent+a)*inner+e], x[(o*extent+b)*inner+e]
					if v != w {
						return compareFloats(v, w)
					}
				}
			}
			return 0
		}
		order := make([]int, extent)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, compare)
		var firsts []int // of each group of equals, the first place
		group := make([]int, extent)
		for k, i := range order {
			if k == 0 || compare(order[k-1], i) != 0 {
				firsts = append(firsts, i)
			}
			group[i] = len(firsts) - 1
		}
		rank := make([]int, len(firsts)) // of group g in the result
		list := make([]int, len(firsts))
		for g := range list {
			list[g] = g
		}
		if !sorted {
			slices.SortFunc(list, func(a, b int) int { return firsts[a] - firsts[b] })
		}
		for place, g := range list {
			rank[g] = place
		}
		shape := from.Clone()
		shape[axis] = len(firsts)
		places := make([]int32, 0, shape.Size())
		for o := range outer {
			for _, g := range list {
				for e := range inner {
					places = append(places, int32((o*extent+firsts[g])*inner+e))
				}
			}
		}
		values := NewArray(in[0].Type, shape...)
		gather(values, in[0].reshaped(from), places)
		indices, inverse, counts := make([]int64, len(list)), make([]int64, extent), make([]int64, len(list))
		for place, g := range list {
			indices[place] = int64(firsts[g])
		}
		for i, g := range group {
			inverse[i] = int64(rank[g])
			counts[rank[g]]++
		}
		return []*Array{values, Ints(indices, len(list)), Ints(inverse, extent), Ints(counts, len(list))}
	})
}

func compareFloats(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}
