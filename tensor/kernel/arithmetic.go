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

// MulAdd computes dst = a·b + c, rounded once (a fused multiply-add).
func MulAdd(dst, a, b, c []float32) {
	sameLengths(dst, a, b)
	sameLength(dst, c)
	twins[active].mulAdd(dst, a, b, c)
}

func mulAddGeneric(dst, a, b, c []float32) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i, x := range a {
		dst[i] = fma32(x, b[i], c[i])
	}
}

// fma32 returns x·y + z rounded once. The product is exact in float64; the sum
// is rounded to odd there (Boldo and Melquiond, "Emulation of FMA and correctly
// rounded sums", 2008), so that the second rounding, to float32, cannot undo
// the first.
func fma32(x, y, z float32) float32 {
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	t := s - p
	lost := (p - (s - t)) + (c - t) // what s lacks, exactly (Knuth's two-sum)
	if bits := math.Float64bits(s); lost != 0 && bits&1 == 0 && !math.IsNaN(lost) {
		if (lost > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return float32(s)
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
