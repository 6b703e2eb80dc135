package kernel

import "math"

// Add computes dst = a + b.
func Add(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].add(dst, a, b)
}

func addGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = x + b[i]
	}
}

// Sub computes dst = a − b.
func Sub(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].sub(dst, a, b)
}

func subGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = x - b[i]
	}
}

// Mul computes dst = a·b.
func Mul(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].mul(dst, a, b)
}

func mulGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = x * b[i]
	}
}

// Div computes dst = a/b.
func Div(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].div(dst, a, b)
}

func divGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = x / b[i]
	}
}

// AddScalar computes dst = a + s.
func AddScalar(dst, a []float32, s float32) {
	sameLength(dst, a)
	twins[active].addScalar(dst, a, s)
}

func addScalarGeneric(dst, a []float32, s float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = x + s
	}
}

// MulScalar computes dst = s·a.
func MulScalar(dst, a []float32, s float32) {
	sameLength(dst, a)
	twins[active].mulScalar(dst, a, s)
}

func mulScalarGeneric(dst, a []float32, s float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = x * s
	}
}

// Neg computes dst = −a.
func Neg(dst, a []float32) {
	sameLength(dst, a)
	twins[active].neg(dst, a)
}

func negGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = -x
	}
}

// Abs computes dst = |a|.
func Abs(dst, a []float32) {
	sameLength(dst, a)
	twins[active].abs(dst, a)
}

func absGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	}
}

// Square computes dst = a².
func Square(dst, a []float32) {
	sameLength(dst, a)
	twins[active].square(dst, a)
}

func squareGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = x * x
	}
}

// Sqrt computes dst = √a, which is NaN below zero.
func Sqrt(dst, a []float32) {
	sameLength(dst, a)
	twins[active].sqrt(dst, a)
}

func sqrtGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = float32(math.Sqrt(float64(x)))
	}
}

// Reciprocal computes dst = 1/a by a full division.
func Reciprocal(dst, a []float32) {
	sameLength(dst, a)
	twins[active].reciprocal(dst, a)
}

func reciprocalGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		dst[i] = 1 / x
	}
}

// Fill sets every element of dst to v.
func Fill(dst []float32, v float32) { twins[active].fill(dst, v) }

func fillGeneric(dst []float32, v float32) {
	for i := range dst {
		dst[i] = v
	}
}
