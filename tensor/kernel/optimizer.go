package kernel

import "math"

// The updates of optimisers, each in one pass. Every operation is rounded by
// itself, in the order of the formula, so the bits are those of the element-wise
// kernels one after the other.

// WeightedSum computes dst = s·a + t·b, as moving averages do.
func WeightedSum(dst, a, b []float32, s, t float32) {
	sameLengths(dst, a, b)
	twins[active].weightedSum(dst, a, b, s, t)
}

func weightedSumGeneric(dst, a, b []float32, s, t float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = float32(s*x) + float32(t*b[i])
	}
}

// WeightedSquare computes dst = s·a + t·b².
func WeightedSquare(dst, a, b []float32, s, t float32) {
	sameLengths(dst, a, b)
	twins[active].weightedSquare(dst, a, b, s, t)
}

func weightedSquareGeneric(dst, a, b []float32, s, t float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		square := float32(b[i] * b[i])
		dst[i] = float32(s*x) + float32(t*square)
	}
}

// Descend computes dst = w − r·m/(u·√v + e), the step of Adam and RMSProp.
func Descend(dst, w, m, v []float32, u, e, r float32) {
	sameLengths(dst, w, m)
	sameLength(dst, v)
	twins[active].descend(dst, w, m, v, u, e, r)
}

func descendGeneric(dst, w, m, v []float32, u, e, r float32) {
	w, m, v = w[:len(dst)], m[:len(dst)], v[:len(dst)]
	for i, x := range w {
		scale := float32(float32(math.Sqrt(float64(v[i])))*u) + e
		dst[i] = x - float32(m[i]/scale*r)
	}
}
