package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
)

// trigonometric returns the sine of x advanced by some quarter turns. With n the
// integer nearest to x·2/π, x − n·π/2 is taken in three parts, the first step
// being exact; the polynomials are those of sinf and cosf of Moshier's Cephes
// library. What is not within ±2^15 is copied: package kernel mends it.
func trigonometric(quarters uint32) func(m *machine) func(x any) vec {
	return func(m *machine) func(x any) vec {
		perQuarter, shift := m.number(2/math.Pi), m.number(0x1.8p23)
		// π/2, each part rounded down: positive, they keep the sign of x = −0.
		part1, part2, part3 := m.number(0x1.921fb4p0), m.number(0x1.4442dp-24), m.number(0x1.846988p-48)
		one, half := m.number(1), m.number(0.5)
		sign, magnitude, reach := m.pattern(signBit), m.pattern(^uint32(signBit)), m.number(1<<15)
		advance := m.pattern(quarters)
		sin := coefficients(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
		cos := coefficients(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
		return func(x any) vec {
			shifted := m.fma(x, perQuarter, shift)
			n := m.sub(shifted, shift)
			r := m.fnma(n, part3, m.fnma(n, part2, m.fnma(n, part1, x)))
			z := m.mul(r, r)
			s := m.fma(m.mul(r, z), m.horner(z, sin), r)
			s = m.or(s, m.and(r, sign)) // sin −0 = −0
			c := m.fma(m.horner(z, cos), m.mul(z, z), m.fnma(half, z, one))
			quarter := m.addInt(shifted, advance)
			y := m.choose(m.odd(quarter), c, s)
			y = m.xor(y, m.and(m.shift(VPSLLD, quarter, 30), sign))
			return m.choose(m.compare(less, m.and(x, magnitude), reach), y, x)
		}
	}
}

// odd is set where the integer is odd.
func (m *machine) odd(x vec) mask {
	top := m.shift(VPSLLD, x, 31)
	k := make(mask, m.width)
	for i := range k {
		if m.wide {
			k[i] = K()
			VPMOVD2M(top[i], k[i])
		} else {
			k[i] = top[i] // blending reads the top bit only
		}
	}
	return k
}
