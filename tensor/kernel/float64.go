package kernel

import "math"

// The generic twins of the approximating kernels compute in float64, to about
// 1e-11, and round once: the result is the float32 nearest to the true value
// but for one argument in thousands. Package math is not used because its
// assembly differs in the last bit from one architecture to the next. Nor may
// the compiler fuse a product with a sum, as it does on arm64: the conversions
// float64(x*y) forbid it.

// madd returns x·y + z, rounded twice.
func madd(x, y, z float64) float64 { return float64(x*y) + z }

// shift64 added to a small number leaves the nearest integer in the lowest bits
// of the sum.
const shift64 = 0x1.8p52

// exp64 returns e^x for the float32 values of x, 0 and +Inf beyond them.
//
// With n the integer nearest to x/ln 2, e^x = 2^n·e^r, |r| ≤ ½ ln 2, and e^r is
// its Taylor series to r^9.
func exp64(x float64) float64 {
	switch {
	case x != x:
		return x
	case x < -110: // e^−104 rounds to zero already
		return 0
	case x > 90: // e^88.73 overflows already
		return math.Inf(1)
	}
	shifted := madd(x, math.Log2E, shift64)
	r := x - float64((shifted-shift64)*math.Ln2)
	p := madd(r, madd(r, madd(r, madd(r, 1./362880, 1./40320), 1./5040), 1./720), 1./120)
	p = madd(r, madd(r, madd(r, madd(r, madd(r, p, 1./24), 1./6), 1./2), 1), 1)
	return math.Float64frombits((math.Float64bits(shifted)+1023)<<52) * p
}

// log64 returns log x for normal float64 values of x, hence for all of float32.
//
// With x = 2^e·m, √½ ≤ m < √2, and s = (m−1)/(m+1),
// log x = e·ln 2 + 2(s + s³/3 + s⁵/5 + … + s¹³/13), |s| < 0.172.
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
	p := madd(z, madd(z, madd(z, madd(z, madd(z, 2./13, 2./11), 2./9), 2./7), 2./5), 2./3)
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
		return x * (1 + float64(z*madd(z, 2./15, -1./3))) // next term: 17/315 z³ < 1e-19
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
	shifted := madd(x, 2/math.Pi, shift64)
	n := shifted - shift64
	r := ((x - float64(n*part1)) - float64(n*part2)) - float64(n*part3)
	z := float64(r * r)
	s := madd(z, madd(z, madd(z, madd(z, madd(z, -1./39916800, 1./362880), -1./5040), 1./120), -1./6), 1)
	s = float64(r * s)
	c := madd(z, madd(z, madd(z, madd(z, madd(z, -1./3628800, 1./40320), -1./720), 1./24), -1./2), 1)
	switch math.Float64bits(shifted) & 3 {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}
