package kernel

// Sin computes dst = sin a, a in radians, to 1 ulp.
func Sin(dst, a []float32) {
	sameLength(dst, a)
	twins[active].sin(dst, a)
}

func sinGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		s, _ := sinCos64(float64(x))
		dst[i] = float32(s)
	}
}

// Cos computes dst = cos a, a in radians, to 1 ulp.
func Cos(dst, a []float32) {
	sameLength(dst, a)
	twins[active].cos(dst, a)
}

func cosGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		_, c := sinCos64(float64(x))
		dst[i] = float32(c)
	}
}
