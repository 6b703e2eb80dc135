package kernel

import "math"

// The generic twins of the approximating kernels compute in float64, to about
// 1e-14, and round once: the result is the float32 nearest to the true value
// but for one argument in millions. Package math is not used because its
// assembly differs in the last bit from one architecture to the next. Nor may
// the compiler fuse a product with a sum, as it does on arm64: the conversions
// float64(x*y) forbid it.

// Taylor's series, the highest power's coefficient first.
var (
	expSeries   = [...]float64{1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1}
	atanhSeries = [...]float64{2. / 17, 2. / 15, 2. / 13, 2. / 11, 2. / 9, 2. / 7, 2. / 5, 2. / 3} // of 2·artanh s − 2s, over s³, in s²
	tanhSeries  = [...]float64{2. / 15, -1. / 3}                                                   // of tanh x − x, over x³, in x²
	sinSeries   = [...]float64{-1. / 1307674368000, 1. / 6227020800, -1. / 39916800, 1. / 362880, -1. / 5040, 1. / 120, -1. / 6}
	cosSeries   = [...]float64{-1. / 87178291200, 1. / 479001600, -1. / 3628800, 1. / 40320, -1. / 720, 1. / 24, -1. / 2, 1}
)

// poly evaluates the polynomial with coefficients c, the highest power's
// first, at x by Horner's rule.
func poly(x float64, c []float64) float64 {
	y := c[0]
	for _, a := range c[1:] {
		y = float64(y*x) + a
	}
	return y
}

// exp64 returns e^x for the float32 values of x, 0 and +Inf beyond them.
//
// With n the integer nearest to x/ln 2, e^x = 2^n·e^r, |r| ≤ ½ ln 2, and e^r is
// its Taylor series to r^11.
func exp64(x float64) float64 {
	switch {
	case x != x:
		return x
	case x < -110: // e^−104 rounds to zero already
		return 0
	case x > 90: // e^88.73 overflows already
		return math.Inf(1)
	}
	n := math.Floor(float64(x*math.Log2E) + 0.5)
	r := x - float64(n*math.Ln2)
	p := poly(r, expSeries[:])
	return math.Float64frombits(uint64(int64(n)+1023)<<52) * p
}

// log64 returns log x for normal float64 values of x, hence for all of float32.
//
// With x = 2^e·m, √½ ≤ m < √2, and s = (m−1)/(m+1),
// log x = e·ln 2 + 2(s + s³/3 + s⁵/5 + …), |s| < 0.172.
func log64(x float64) float64 {
	switch {
	case x != x || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	const sqrtHalf = 0x3fe6a09e667f3bcd // the bits of √½
	bits := math.Float64bits(x)
	e := int64(bits-sqrtHalf) >> 52
	f := math.Float64frombits(bits-uint64(e)<<52) - 1
	s := f / (f + 2)
	z := float64(s * s)
	p := poly(z, atanhSeries[:])
	return float64(float64(e)*math.Ln2) + (2*s + float64(float64(s*z)*p))
}

// log1p64 returns log(1+x) for 0 ≤ x ≤ 1.
func log1p64(x float64) float64 {
	if x < 1e-7 { // the next term, x³/3, is 1e-14 of the first
		return x - float64(0.5*float64(x*x))
	}
	return log64(1 + x)
}

func tanh64(x float64) float64 {
	if -1e-3 < x && x < 1e-3 {
		z := float64(x * x)
		return x * (1 + float64(z*poly(z, tanhSeries[:]))) // next term: 17/315 z³ < 1e-19
	}
	e := exp64(-2 * math.Abs(x))
	return math.Copysign((1-e)/(1+e), x)
}

func sigmoid64(x float64) float64 {
	e := exp64(-math.Abs(x)) // ≤ 1, so neither tail cancels
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func softplus64(x float64) float64 {
	y := log1p64(exp64(-math.Abs(x)))
	if x < 0 {
		return y
	}
	return x + y
}

// sinCos64 returns the sine and the cosine of x, both NaN for an infinity.
//
// With n the integer nearest to x·2/π, x − n·π/2 is taken in three parts (Cody
// and Waite, 1980), the first two of 32 bits so that their products with n are
// exact; their own terms in Taylor's series follow. Arguments too large for
// that go to package math.
func sinCos64(x float64) (sin, cos float64) {
	const (
		part1 = 0x1.921fb544p+0
		part2 = 0x1.0b4611a6p-34
		part3 = 0x1.3198a2e037073p-69
	)
	if !(math.Abs(x) < 1<<20) {
		return math.Sincos(x)
	}
	n := math.Floor(float64(x*(2/math.Pi)) + 0.5)
	r := ((x - float64(n*part1)) - float64(n*part2)) - float64(n*part3)
	z := float64(r * r)
	s := float64(r * (1 + float64(z*poly(z, sinSeries[:]))))
	c := poly(z, cosSeries[:])
	switch int64(n) & 3 {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}
