package kernel

// Relu computes dst = max(0, a): a itself where it is ±0 or NaN.
func Relu(dst, a []float32) {
	sameLength(dst, a)
	twins[active].relu(dst, a)
}

func reluGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		if x < 0 {
			x = 0
		}
		dst[i] = x
	}
}

// LeakyRelu computes dst = a where a ≥ 0, else alpha·a
// (Maas et al., 2013).
func LeakyRelu(dst, a []float32, alpha float32) {
	sameLength(dst, a)
	twins[active].leakyRelu(dst, a, alpha)
}

func leakyReluGeneric(dst, a []float32, alpha float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		if !(x >= 0) {
			x *= alpha
		}
		dst[i] = x
	}
}

// Slope computes dst = d·s where a > 0, else d·t: the derivative of Relu (1 and 0) and
// of LeakyRelu (1 and alpha) times d.
func Slope(dst, a, d []float32, s, t float32) {
	sameLengths(dst, a, d)
	twins[active].slope(dst, a, d, s, t)
}

func slopeGeneric(dst, a, d []float32, s, t float32) {
	a, d = a[:len(dst)], d[:len(dst)]
	for i, x := range a {
		slope := t
		if x > 0 {
			slope = s
		}
		dst[i] = d[i] * slope
	}
}

// Tanh computes dst = tanh a to 2 ulp.
func Tanh(dst, a []float32) {
	sameLength(dst, a)
	twins[active].tanh(dst, a)
}

func tanhGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(tanh64(float64(x)))
	}
}

// Sigmoid computes dst = 1/(1 + e^−a) to 3 ulp, in both tails.
func Sigmoid(dst, a []float32) {
	sameLength(dst, a)
	twins[active].sigmoid(dst, a)
}

func sigmoidGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(sigmoid64(float64(x)))
	}
}

// Softplus computes dst = log(1 + e^a) to 3 ulp, in both tails.
func Softplus(dst, a []float32) {
	sameLength(dst, a)
	twins[active].softplus(dst, a)
}

func softplusGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(softplus64(float64(x)))
	}
}
