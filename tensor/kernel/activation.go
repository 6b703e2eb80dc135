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
