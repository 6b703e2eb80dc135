package onnxrun

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
)

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
	extent := from[axis]
	c.check(c.trace.budget.scratch(8*from.Size() + uniqueBytes*extent))
	c.discover([]int{0}, func(in []*Array) []*Array {
		firsts, group := distinct(extent, slicesOf(exactFloats(in[0]), from, axis), sorted)
		shape := from.Clone()
		shape[axis] = len(firsts)
		values := NewArray(in[0].Type, shape...)
		gather(values, in[0].reshaped(from), slicePlaces(from, axis, len(firsts), func(g int) int { return firsts[g] }))
		indices, inverse, counts := make([]int64, len(firsts)), make([]int64, extent), make([]int64, len(firsts))
		for g, i := range firsts {
			indices[g] = int64(i)
		}
		for i, g := range group {
			inverse[i] = int64(g)
			counts[g]++
		}
		return []*Array{values, Ints(indices, len(firsts)), Ints(inverse, extent), Ints(counts, len(firsts))}
	})
}

// slicesOf compares slices a and b of an axis of x, element by element.
func slicesOf(x []float64, shape tensor.Shape, axis int) func(a, b int) int {
	extent, inner := line(shape, axis)
	outer := shape[:axis].Size()
	return func(a, b int) int {
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
}

// distinct finds the groups of equals among so many: the first place of each, and the
// group of every place. The groups are sorted, or else in the order of their first
// places.
func distinct(count int, compare func(a, b int) int, sorted bool) (firsts, group []int) {
	order := make([]int, count)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, compare)
	group = make([]int, count)
	for k, i := range order {
		if k == 0 || compare(order[k-1], i) != 0 {
			firsts = append(firsts, i)
		}
		group[i] = len(firsts) - 1
	}
	if sorted {
		return firsts, group
	}
	slices.Sort(firsts)
	place := make([]int, len(firsts)) // of each group among the firsts
	for p, i := range firsts {
		place[group[i]] = p
	}
	for i, g := range group {
		group[i] = place[g]
	}
	return firsts, group
}

func compareFloats(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}
