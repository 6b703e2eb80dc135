package kernel

// Exp computes dst = e^a to 1.1 ulp (1.6 where the result is
// subnormal).
func Exp(dst, a []float32) {
	sameLength(dst, a)
	twins[active].exp(dst, a)
}

func expGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(exp64(float64(x)))
	}
}

// Log computes dst = log a, the natural logarithm, to 1 ulp: −Inf at
// ±0, NaN below.
func Log(dst, a []float32) {
	sameLength(dst, a)
	twins[active].log(dst, a)
}

func logGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(log64(float64(x)))
	}
}
