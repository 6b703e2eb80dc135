package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const philoxParams = "key0, key1, block, counter1, counter2, counter3 uint32"

// philox is the generator's state at the top of a routine. A 64-bit lane holds
// a word of one block in its lower half; the upper halves hold rubbish, which
// the multiplications do not read.
type philox struct {
	m          *machine
	multiplier [2]*constant // in 64-bit lanes the upper half repeats the lower
	weyl       [2]*constant
	key        [2]reg.VecVirtual
	counter    [4]reg.VecVirtual // counter[0]: the blocks of the next turn
	advance    *constant
	upper      mask // of the upper halves; AVX2 has it as an immediate operand
}

// newPhilox loads the state. The blocks are dealt so that interleaving the
// halves of 128-bit lanes, which is what unpacking does, puts them in order:
// even lanes hold the first half of the blocks, odd lanes the second.
func newPhilox(m *machine) *philox {
	g := &philox{
		m:          m,
		multiplier: [2]*constant{m.pattern(0xd2511f53), m.pattern(0xcd9e8d57)},
		weyl:       [2]*constant{{bits: 0x9e3779b9}, {bits: 0xbb67ae85}}, // not hoisted: registers are short
		advance:    &constant{bits: uint32(m.lanes / 2)},
	}
	g.key = [2]reg.VecVirtual{m.param("key0"), m.param("key1")}
	g.counter = [4]reg.VecVirtual{m.param("block"), m.param("counter1"), m.param("counter2"), m.param("counter3")}
	VPADDD(m.blockOrder(), g.counter[0], g.counter[0])
	if m.wide {
		bits, k := GP32(), K()
		MOVL(U32(upperHalves), bits)
		KMOVW(bits, k)
		g.upper = mask{k}
	}
	return g
}

// blockOrders holds the tables already written to the data section.
var blockOrders = map[string]Mem{}

// blockOrder returns the table of the block that each 64-bit lane holds.
func (m *machine) blockOrder() Mem {
	if at, ok := blockOrders[m.name]; ok {
		return at
	}
	at := GLOBL("blocks"+m.name, RODATA|NOPTR)
	blocks := m.lanes / 2
	for lane := range blocks {
		DATA(8*lane, U64(lane/2+lane%2*blocks/2))
	}
	blockOrders[m.name] = at
	return at
}

// next returns the four words of lanes/2 blocks.
func (g *philox) next() (w [4]vec) {
	m := g.m
	for i, c := range g.counter {
		w[i] = m.in(c)
	}
	key := [2]vec{m.in(g.key[0]), m.in(g.key[1])}
	for round := range 10 {
		if round > 0 {
			for i := range key {
				key[i] = m.addInt(key[i], g.weyl[i])
			}
		}
		p0 := m.two(VPMULUDQ, w[0], g.multiplier[0])
		p1 := m.two(VPMULUDQ, w[2], g.multiplier[1])
		w = [4]vec{
			m.xor(m.xor(m.shift(VPSRLQ, p1, 32), w[1]), key[0]), p1,
			m.xor(m.xor(m.shift(VPSRLQ, p0, 32), w[3]), key[1]), p0,
		}
	}
	next := m.in(g.advance)[0]
	VPADDD(next, g.counter[0], g.counter[0])
	return w
}

// pair returns the lower halves of x and y as the halves of 64-bit lanes.
func (g *philox) pair(x, y vec) vec {
	m := g.m
	upper := m.shift(VPSLLQ, y, 32)
	if m.wide {
		return m.choose(g.upper, upper, x)
	}
	v := m.vec()
	VPBLENDD(U8(upperHalves&0xff), upper[0], x[0], v[0])
	return v
}

// upperHalves is the mask of the upper 32 bits of 64-bit lanes.
const upperHalves = 0xaaaa

// turns emits the loop over whole turns of lanes/2 blocks: step returns the two
// vectors of 2·lanes elements.
func (g *philox) turns(step func(w [4]vec) (first, second vec)) {
	m := g.m
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(reg.GPVirtual)
	Label("loop")
	CMPQ(n, U32(2*m.lanes))
	JLT(LabelRef("done"))
	first, second := step(g.next())
	m.store(first, Mem{Base: dst}, nil)
	m.store(second, Mem{Base: dst, Disp: 4 * m.lanes}, nil)
	ADDQ(U32(8*m.lanes), dst)
	SUBQ(U32(2*m.lanes), n)
	JMP(LabelRef("loop"))
	Label("done")
	m.end()
}

// uniform emits Philox.Uniform for whole turns.
func (m *machine) uniform() {
	m.begin("philoxUniform", "(dst []float32, "+philoxParams+", lo, scale, top float32)",
		"fills whole turns of dst as Philox.Uniform does.")
	g := newPhilox(m)
	lo, scale, top := m.param("lo"), m.param("scale"), m.param("top")
	uniform := func(words vec) vec {
		u := m.toFloat(m.shift(VPSRLD, words, 8))
		return m.min(m.add(m.mul(u, scale), lo), top)
	}
	g.turns(func(w [4]vec) (first, second vec) {
		x, y := g.pair(w[0], w[1]), g.pair(w[2], w[3])
		return uniform(m.two(VPUNPCKLQDQ, x, y)), uniform(m.two(VPUNPCKHQDQ, x, y))
	})
}

// normal emits Philox.Normal for whole turns, boxMuller operation by operation.
func (m *machine) normal() {
	m.begin("philoxNormal", "(dst []float32, "+philoxParams+")",
		"fills whole turns of dst as Philox.Normal does.")
	g := newPhilox(m)
	transform := boxMuller(m)
	g.turns(func(w [4]vec) (first, second vec) {
		x, y := transform(g.pair(w[0], w[2]), g.pair(w[1], w[3]))
		return m.two(VUNPCKLPS, x, y), m.two(VUNPCKHPS, x, y)
	})
}

// rounded is horner with every product and sum rounded by itself.
func (m *machine) rounded(x any, c []*constant) vec {
	y := m.in(c[0])
	for _, a := range c[1:] {
		y = m.add(m.mul(y, x), a)
	}
	return y
}

// boxMuller follows the function of that name in package kernel, where its
// formulas are explained.
func boxMuller(m *machine) func(a, b vec) (x, y vec) {
	unit, one, half := m.number(0x1p-24), m.number(1), m.number(0.5)
	oneBit := m.pattern(1)
	sqrtHalf := m.pattern(math.Float32bits(math.Sqrt2 / 2))
	upper, lower, minusTwo := m.number(log2Upper), m.number(log2Lower), m.number(-2)
	log := newLogPolynomial(m).p
	eighth, angle := m.pattern(1<<21), m.number(math.Pi/2*0x1p-22)
	sin := coefficients(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
	cos := coefficients(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
	sign := m.pattern(signBit)
	return func(a, b vec) (x, y vec) {
		u := m.mul(m.toFloat(m.addInt(m.shift(VPSRLD, a, 8), oneBit)), unit)
		e := m.shift(VPSRAD, m.subInt(u, sqrtHalf), 23)
		f := m.sub(m.subInt(u, m.shift(VPSLLD, e, 23)), one)
		exponent := m.toFloat(e)
		z := m.mul(f, f)
		l := m.add(m.mul(exponent, lower), m.mul(m.mul(f, z), m.rounded(f, log)))
		l = m.add(m.sub(l, m.mul(z, half)), f)
		l = m.add(l, m.mul(exponent, upper))
		r := m.sqrt(m.mul(l, minusTwo))

		v := m.shift(VPSRLD, b, 8)
		quarter := m.shift(VPSRAD, m.addInt(v, eighth), 22)
		t := m.mul(m.toFloat(m.subInt(v, m.shift(VPSLLD, quarter, 22))), angle)
		z = m.mul(t, t)
		s := m.add(m.mul(m.mul(m.rounded(z, sin), z), t), t)
		c := m.add(m.sub(m.mul(m.mul(m.rounded(z, cos), z), z), m.mul(z, half)), one)
		// Odd quarters swap the two; bit 1 of quarter+1 is the sign of the
		// cosine, bit 1 of quarter that of the sine.
		odd := m.odd(quarter)
		cosine, sine := m.choose(odd, s, c), m.choose(odd, c, s)
		cosine = m.xor(cosine, m.and(m.shift(VPSLLD, m.addInt(quarter, oneBit), 30), sign))
		sine = m.xor(sine, m.and(m.shift(VPSLLD, quarter, 30), sign))
		return m.mul(r, cosine), m.mul(r, sine)
	}
}
