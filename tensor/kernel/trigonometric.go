package kernel

// Sin computes dst = sin a, a in radians, to 2 ulp.
func Sin(dst, a []float32) {
	sameLength(dst, a)
	twins[active].sin(dst, a)
	if leftOver(dst) {
		for i, x := range dst {
			if !(-1 <= x && x <= 1) {
				sinGeneric(dst[i:i+1], dst[i:i+1])
			}
		}
	}
}

func sinGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		s, _ := sinCos64(float64(x))
		dst[i] = float32(s)
	}
}

// Cos computes dst = cos a, a in radians, to 2 ulp.
func Cos(dst, a []float32) {
	sameLength(dst, a)
	twins[active].cos(dst, a)
	if leftOver(dst) {
		for i, x := range dst {
			if !(-1 <= x && x <= 1) {
				cosGeneric(dst[i:i+1], dst[i:i+1])
			}
		}
	}
}

func cosGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		_, c := sinCos64(float64(x))
		dst[i] = float32(c)
	}
}

// leftOver reports whether dst holds what is no sine: the assembly copies
// arguments beyond 2^15, where its reduction ends, and NaNs as they are.
func leftOver(dst []float32) bool { return !(MaxOf(dst) <= 1 && MinOf(dst) >= -1) }
