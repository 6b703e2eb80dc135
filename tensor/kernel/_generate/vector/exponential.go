package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
)

// The polynomials are those of expf, logf and tanhf of Moshier's Cephes library,
// the products and sums fused.

// log 2 in two parts, the first of so few bits that its product with an
// exponent is exact (Cody and Waite, 1980).
const (
	log2Upper = 0.693359375
	log2Lower = -2.12194440e-4
)

// reduction computes e^x = 2^n·e^r, |r| ≤ ½ log 2.
type reduction struct {
	perLog2, shift, upper, lower, one *constant
	p                                 []*constant
}

func newReduction(m *machine) *reduction {
	return &reduction{
		perLog2: m.number(math.Log2E),
		// Added to a small number, 1.5·2^23 leaves the nearest integer in the
		// lowest bits of the sum.
		shift: m.number(0x1.8p23),
		upper: m.number(log2Upper),
		lower: m.number(log2Lower),
		one:   m.number(1),
		p: coefficients(1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2,
			1.6666665459e-1, 5.0000001201e-1),
	}
}

// of returns e^r, the sum with n in its lowest bits, and n as a float.
func (c *reduction) of(m *machine, x any) (power, shifted, n vec) {
	shifted = m.fma(x, c.perLog2, c.shift)
	n = m.sub(shifted, c.shift)
	r := m.fnma(n, c.lower, m.fnma(n, c.upper, x))
	p := m.horner(r, c.p)
	return m.add(m.fma(p, m.mul(r, r), r), c.one), shifted, n
}

func exponential(m *machine) func(x any) vec {
	// Beyond these results are 0 and +Inf, and n stays within what scale takes.
	lowest, highest := m.number(-104), m.number(89)
	c := newReduction(m)
	scale := scaling(m)
	return func(x any) vec {
		x = m.max(lowest, m.min(highest, x)) // x second: NaN passes
		return scale(c.of(m, x))
	}
}

// scaling returns what multiplies x by 2^n, −150 ≤ n ≤ 129, rounding once.
// AVX2 must do it in two steps since 2^n itself may not be a float32: the first
// product is exact.
func scaling(m *machine) func(x, shifted, n vec) vec {
	if m.wide {
		return func(x, _, n vec) vec { return m.two(VSCALEFPS, x, n) }
	}
	shift, bias := m.number(0x1.8p23), m.pattern(127)
	return func(x, shifted, _ vec) vec {
		n := m.subInt(shifted, shift)
		half := m.shift(VPSRAD, n, 1)
		power := func(n vec) vec { return m.shift(VPSLLD, m.addInt(n, bias), 23) }
		return m.mul(m.mul(x, power(half)), power(m.subInt(n, half)))
	}
}

// logPolynomial computes log(1+f) = f − f²/2 + f³·P(f), √½ ≤ 1+f ≤ √2.
type logPolynomial struct {
	half *constant
	p    []*constant
}

func newLogPolynomial(m *machine) *logPolynomial {
	return &logPolynomial{m.number(0.5), coefficients(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1,
		-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)}
}

// of returns log(1+f) + small, small being too small to round f's bits away.
func (c *logPolynomial) of(m *machine, f, small any) vec {
	z := m.mul(f, f)
	y := m.fma(m.mul(f, z), m.horner(f, c.p), small)
	return m.add(m.fnma(c.half, z, y), f)
}

func logarithm(m *machine) func(x any) vec {
	smallest, lift, liftExponent := m.number(0x1p-126), m.number(0x1p23), m.number(23)
	sqrtHalf := m.pattern(math.Float32bits(math.Sqrt2 / 2))
	one, upper, lower, zero := m.number(1), m.number(log2Upper), m.number(log2Lower), m.number(0)
	infinite, minusInfinite, nan := m.number(positiveInfinity), m.number(negativeInfinity), m.number(math.NaN())
	c := newLogPolynomial(m)
	return func(x any) vec {
		subnormal := m.compare(less, x, smallest)
		bits := m.choose(subnormal, m.mul(x, lift), x)
		e := m.shift(VPSRAD, m.subInt(bits, sqrtHalf), 23) // x = 2^e·(1+f)
		f := m.sub(m.subInt(bits, m.shift(VPSLLD, e, 23)), one)
		exponent := m.toFloat(e)
		exponent = m.choose(subnormal, m.sub(exponent, liftExponent), exponent)
		y := m.fma(exponent, upper, c.of(m, f, m.mul(exponent, lower)))
		y = m.choose(m.compare(less, x, infinite), y, x)
		y = m.choose(m.compare(less, x, zero), nan, y)
		return m.choose(m.compare(equal, x, zero), minusInfinite, y)
	}
}

// hyperbolicTangent is an odd polynomial below 0.625, else 1 − 2/(e^2x + 1).
func hyperbolicTangent(m *machine) func(x any) vec {
	sign, highest, edge := m.pattern(signBit), m.number(10), m.number(0.625) // tanh 10 rounds to 1
	two := m.number(2)
	p := coefficients(-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
	c := newReduction(m)
	return func(x any) vec {
		s := m.and(x, sign)
		a := m.min(highest, m.xor(x, s))
		z := m.mul(a, a)
		small := m.fma(m.mul(m.horner(z, p), z), a, a)
		power, shifted, _ := c.of(m, m.add(a, a))
		power = m.addInt(power, m.shift(VPSLLD, shifted, 23)) // times 2^n: no overflow up to e^20
		large := m.sub(c.one, m.div(two, m.add(power, c.one)))
		return m.or(m.choose(m.compare(greaterOrEqual, a, edge), large, small), s) // NaN is in small only
	}
}

// negativeExponential returns what computes e^−|x|.
func negativeExponential(m *machine, c *reduction) func(x any) vec {
	sign, lowest := m.pattern(signBit), m.number(-104)
	scale := scaling(m)
	return func(x any) vec { return scale(c.of(m, m.max(lowest, m.or(x, sign)))) }
}

// sigmoid is e^−|x|/(1 + e^−|x|) below 0, 1/(1 + e^−|x|) above: neither tail
// cancels.
func sigmoid(m *machine) func(x any) vec {
	zero := m.number(0)
	c := newReduction(m)
	exp := negativeExponential(m, c)
	return func(x any) vec {
		e := exp(x)
		return m.div(m.choose(m.compare(less, x, zero), e, c.one), m.add(c.one, e))
	}
}

// softplus is max(x, 0) + log(1+e), e = e^−|x|. Where 1+e > √2 it is halved:
// log(1+e) = log 2 + log(1 + (e−1)/2).
func softplus(m *machine) func(x any) vec {
	zero, edge := m.number(0), m.number(math.Sqrt2-1)
	upper, lower := m.number(log2Upper), m.number(log2Lower)
	exp := negativeExponential(m, newReduction(m))
	c := newLogPolynomial(m)
	return func(x any) vec {
		e := exp(x)
		big := m.compare(greater, e, edge)
		f := m.choose(big, m.sub(m.mul(e, c.half), c.half), e)
		y := m.add(c.of(m, f, m.keep(big, lower)), m.keep(big, upper))
		return m.add(m.max(zero, x), y)
	}
}
