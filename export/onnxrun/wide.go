package onnxrun

import (
	"fmt"
	"math"
)

// Arithmetic on anything but float32 in a graph is rare and small: counts,
// shapes, labels. It is written once, on int64 and float64, and narrowed.

// wideNumber is what arithmetic is done in.
type wideNumber interface{ int64 | float64 }

type anyNumber interface {
	~float32 | ~float64 | ~uint8 | ~int8 | ~uint16 | ~int16 | ~int32 | ~int64 | ~uint32 | ~uint64
}

func each[T, W anyNumber](data []T, f func(i int, v W)) {
	for i, v := range data {
		f(i, W(v))
	}
}

// eachFloat calls f with each element as a float64; a bool is 0 or 1.
func (a *Array) eachFloat(f func(i int, v float64)) { eachWide(a, f) }

// eachInt calls f with each element as an int64; a fraction is cut off.
func (a *Array) eachInt(f func(i int, v int64)) { eachWide(a, f) }

func eachWide[W wideNumber](a *Array, f func(i int, v W)) {
	switch d := a.Data.(type) {
	case []float32:
		each(d, f)
	case []float64:
		each(d, f)
	case []uint8:
		each(d, f)
	case []int8:
		each(d, f)
	case []uint16:
		each(d, f)
	case []int16:
		each(d, f)
	case []int32:
		each(d, f)
	case []int64:
		each(d, f)
	case []uint32:
		each(d, f)
	case []uint64:
		each(d, f)
	case []Half:
		for i, v := range d {
			f(i, W(v.Float()))
		}
	case []bool:
		for i, v := range d {
			if v {
				f(i, 1)
			} else {
				f(i, 0)
			}
		}
	}
}

// widen returns the elements, copied where they are of another type. A uint64 that
// int64 does not hold is refused: arithmetic would take it for a negative number.
func widen[W wideNumber](a *Array) []W {
	switch d := a.Data.(type) {
	case []W:
		return d
	case []uint64:
		for i, v := range d {
			if v > math.MaxInt64 {
				panic(refusal{fmt.Errorf("element %d of an input is %d; uint64 beyond int64 is not supported here", i, v)})
			}
		}
	}
	w := make([]W, a.size())
	eachWide(a, func(i int, v W) { w[i] = v })
	return w
}

func fill[T, W anyNumber](data []T, w []W) {
	for i := range data {
		data[i] = T(w[i])
	}
}

// narrow stores wide numbers. Integers keep their low bits; a bool is what is
// not zero. Floats become integers by cutting the fraction off, and stay within
// the range of int64, where Go leaves the result open.
func narrow[W wideNumber](to *Array, w []W) {
	switch d := to.Data.(type) {
	case []float32:
		fill(d, w)
		return
	case []float64:
		fill(d, w)
		return
	case []Half:
		for i := range d {
			d[i] = HalfOf(float64(w[i]))
		}
		return
	case []bool:
		for i := range d {
			d[i] = w[i] != 0
		}
		return
	}
	ints := make([]int64, len(w))
	for i, v := range w {
		ints[i] = toInt(v)
	}
	switch d := to.Data.(type) {
	case []uint8:
		fill(d, ints)
	case []int8:
		fill(d, ints)
	case []uint16:
		fill(d, ints)
	case []int16:
		fill(d, ints)
	case []int32:
		fill(d, ints)
	case []int64:
		fill(d, ints)
	case []uint32:
		fill(d, ints)
	case []uint64:
		fill(d, ints)
	}
}

func toInt[W wideNumber](v W) int64 {
	if f := float64(v); f != math.Trunc(f) || f >= 1<<63 || f < -1<<63 || f != f {
		switch {
		case f != f:
			return 0
		case f >= 1<<63:
			return math.MaxInt64
		case f < -1<<63:
			return math.MinInt64
		}
	}
	return int64(v)
}

// exactFloats widens to float64 what it holds exactly: integers beyond ±2⁵³ are
// refused.
func exactFloats(a *Array) []float64 {
	if a.Type == Int64 || a.Type == Uint64 {
		a.eachInt(func(i int, v int64) {
			if v > 1<<53 || v < -1<<53 {
				panic(refusal{fmt.Errorf("element %d of an input is %d; only integers to ±2⁵³ are supported here", i, v)})
			}
		})
	}
	return widen[float64](a)
}
