package onnxrun

import "slices"

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
