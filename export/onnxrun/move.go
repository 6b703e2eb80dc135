package onnxrun

// What only moves elements about is a list of places: element i of the result is
// element places[i] of the operand, or the fill where that is negative. The list
// is made once per shape, and one loop serves all types.

// gather writes the elements of from that places name. A negative place leaves
// the element of to as it is.
func gather(to, from *Array, places []int32) {
	switch d := to.Data.(type) {
	case []float32:
		gatherElements(d, from.Data.([]float32), places)
	case []float64:
		gatherElements(d, from.Data.([]float64), places)
	case []uint8:
		gatherElements(d, from.Data.([]uint8), places)
	case []int8:
		gatherElements(d, from.Data.([]int8), places)
	case []uint16:
		gatherElements(d, from.Data.([]uint16), places)
	case []int16:
		gatherElements(d, from.Data.([]int16), places)
	case []int32:
		gatherElements(d, from.Data.([]int32), places)
	case []int64:
		gatherElements(d, from.Data.([]int64), places)
	case []uint32:
		gatherElements(d, from.Data.([]uint32), places)
	case []uint64:
		gatherElements(d, from.Data.([]uint64), places)
	case []Half:
		gatherElements(d, from.Data.([]Half), places)
	case []bool:
		gatherElements(d, from.Data.([]bool), places)
	}
}

func gatherElements[T any](to, from []T, places []int32) {
	for i, p := range places {
		if p >= 0 {
			to[i] = from[p]
		}
	}
}

// scatter writes element i of from to places[i] of to; later ones win.
func scatter(to, from *Array, places []int32) {
	inverse := make([]int32, to.size())
	for i := range inverse {
		inverse[i] = -1
	}
	for i, p := range places {
		inverse[p] = int32(i)
	}
	gather(to, from, inverse)
}

// copyElements copies the elements of an array of one type and size.
func copyElements(to, from *Array) {
	switch d := to.Data.(type) {
	case []float32:
		copy(d, from.Data.([]float32))
	case []float64:
		copy(d, from.Data.([]float64))
	case []uint8:
		copy(d, from.Data.([]uint8))
	case []int8:
		copy(d, from.Data.([]int8))
	case []uint16:
		copy(d, from.Data.([]uint16))
	case []int16:
		copy(d, from.Data.([]int16))
	case []int32:
		copy(d, from.Data.([]int32))
	case []int64:
		copy(d, from.Data.([]int64))
	case []uint32:
		copy(d, from.Data.([]uint32))
	case []uint64:
		copy(d, from.Data.([]uint64))
	case []Half:
		copy(d, from.Data.([]Half))
	case []bool:
		copy(d, from.Data.([]bool))
	}
}

// equalArrays compares types, shapes and elements; NaN equals NaN.
func equalArrays(a, b *Array) bool {
	if a.Type != b.Type || !a.Shape.Equal(b.Shape) {
		return false
	}
	same := true
	if typeInfos[a.Type].float {
		want := widen[float64](b)
		a.eachFloat(func(i int, v float64) { same = same && (v == want[i] || v != v && want[i] != want[i]) })
		return same
	}
	want := widen[int64](b)
	a.eachInt(func(i int, v int64) { same = same && v == want[i] })
	return same
}
