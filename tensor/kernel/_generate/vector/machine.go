package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// machine is a vector instruction set. Its methods emit one operation each and
// return new registers with the result, so formulas read like expressions and
// are written once for both sets.
type machine struct {
	name  string // suffix of the routines
	lanes int    // float32 values in a register
	wide  bool   // AVX-512: 32 registers, mask registers
	width int    // registers in a vec
}

func newAVX2() *machine   { return &machine{name: "AVX2", lanes: 8, width: 1} }
func newAVX512() *machine { return &machine{name: "AVX512", lanes: 16, wide: true, width: 1} }

// vec is a value of a formula: width registers of elements. Each operation is
// emitted for all of them before the next operation. A formula is a long chain
// of dependent instructions, and a processor that got one chain after another
// would fill its schedulers with waiting ones.
type vec []reg.VecVirtual

// mask is the outcome of a comparison: mask registers of AVX-512, vectors of
// all-ones and zero lanes of AVX2.
type mask []reg.Register

// constant is a number in every lane. AVX-512 has registers enough to load it
// once at the top of a routine; AVX2 loads it at each use.
type constant struct {
	bits uint32
	reg  reg.VecVirtual // nil where it is loaded at each use
}

func (m *machine) register() reg.VecVirtual {
	if m.wide {
		return ZMM()
	}
	return YMM()
}

// vec returns width new registers.
func (m *machine) vec() vec {
	v := make(vec, m.width)
	for i := range v {
		v[i] = m.register()
	}
	return v
}

// number declares a float32 constant. It must be called above the loop.
func (m *machine) number(v float64) *constant { return m.pattern(math.Float32bits(float32(v))) }

// pattern declares a constant by its bits.
func (m *machine) pattern(bits uint32) *constant {
	c := &constant{bits: bits}
	if m.wide {
		c.reg = m.broadcast(bits)
	}
	return c
}

// unhoisted declares a constant that is loaded at each use on AVX-512 too,
// where a formula would run out of registers.
func unhoisted(v float64) *constant { return &constant{bits: math.Float32bits(float32(v))} }

// coefficients declares those of a polynomial. The fused multiply-add overwrites
// its addend, so each use needs a copy anyway.
func coefficients(vs ...float64) (cs []*constant) {
	for _, v := range vs {
		cs = append(cs, unhoisted(v))
	}
	return cs
}

// data holds the constants already written to the data section.
var data = map[uint32]Mem{}

func (m *machine) broadcast(bits uint32) reg.VecVirtual {
	v := m.register()
	VBROADCASTSS(m.datum(bits), v)
	return v
}

func (m *machine) datum(bits uint32) Mem {
	at, ok := data[bits]
	if !ok {
		at = ConstData(fmt.Sprintf("f32_%08x", bits), U32(bits))
		data[bits] = at
	}
	return at
}

// param returns a 32-bit parameter of the routine in every lane.
func (m *machine) param(name string) reg.VecVirtual {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := m.register()
	VBROADCASTSS(p.Addr, v)
	return v
}

// in returns an operand as registers: a vec, a *constant, or one register that
// serves for all.
func (m *machine) in(x any) vec {
	switch x := x.(type) {
	case vec:
		return x
	case *constant:
		if x.reg != nil {
			return m.in(x.reg)
		}
		return m.in(m.broadcast(x.bits))
	case reg.VecVirtual:
		v := make(vec, m.width)
		for i := range v {
			v[i] = x
		}
		return v
	}
	panic(fmt.Sprintf("%T is no operand", x))
}

// two emits an instruction of two sources.
func (m *machine) two(f func(...Op), x, y any) vec {
	a, b, v := m.in(x), m.in(y), m.vec()
	for i := range v {
		f(b[i], a[i], v[i])
	}
	return v
}

// one emits an instruction of one source.
func (m *machine) one(f func(...Op), x any) vec {
	a, v := m.in(x), m.vec()
	for i := range v {
		f(a[i], v[i])
	}
	return v
}

func (m *machine) add(x, y any) vec { return m.two(VADDPS, x, y) }
func (m *machine) sub(x, y any) vec { return m.two(VSUBPS, x, y) }
func (m *machine) mul(x, y any) vec { return m.two(VMULPS, x, y) }
func (m *machine) div(x, y any) vec { return m.two(VDIVPS, x, y) }

func (m *machine) sqrt(x any) vec { return m.one(VSQRTPS, x) }

// max and min give y where either is NaN or both are zero.
func (m *machine) max(x, y any) vec { return m.two(VMAXPS, x, y) }
func (m *machine) min(x, y any) vec { return m.two(VMINPS, x, y) }

func (m *machine) and(x, y any) vec { return m.two(VANDPS, x, y) }
func (m *machine) or(x, y any) vec  { return m.two(VORPS, x, y) }
func (m *machine) xor(x, y any) vec { return m.two(VXORPS, x, y) }

// fma returns x·y + z rounded once.
func (m *machine) fma(x, y, z any) vec { return m.fused(VFMADD231PS, x, y, z) }

// fnma returns z − x·y rounded once.
func (m *machine) fnma(x, y, z any) vec { return m.fused(VFNMADD231PS, x, y, z) }

// fused emits an instruction that overwrites a copy of z.
func (m *machine) fused(f func(...Op), x, y, z any) vec {
	a, b := m.in(x), m.in(y)
	var v vec
	if c, ok := z.(*constant); ok && c.reg == nil {
		v = m.vec()
		for i := range v {
			VBROADCASTSS(m.datum(c.bits), v[i])
		}
	} else {
		v = m.one(VMOVAPS, z)
	}
	for i := range v {
		f(b[i], a[i], v[i])
	}
	return v
}

// horner evaluates a polynomial, the highest power's coefficient first.
func (m *machine) horner(x any, c []*constant) vec {
	y := m.fma(c[0], x, c[1])
	for _, a := range c[2:] {
		y = m.fma(y, x, a)
	}
	return y
}

func (m *machine) addInt(x, y any) vec { return m.two(VPADDD, x, y) }
func (m *machine) subInt(x, y any) vec { return m.two(VPSUBD, x, y) }

// shift emits a shift by a fixed count: VPSLLD, VPSRAD, VPSRLD, …
func (m *machine) shift(f func(...Op), x any, count uint8) vec {
	a, v := m.in(x), m.vec()
	for i := range v {
		f(U8(count), a[i], v[i])
	}
	return v
}

// toFloat converts signed integers.
func (m *machine) toFloat(x any) vec { return m.one(VCVTDQ2PS, x) }

// Predicates of VCMPPS; all but unordered and notEqual are false for NaN.
const (
	equal          = 0x00
	less           = 0x11
	unordered      = 0x03
	notEqual       = 0x04
	greaterOrEqual = 0x1d
	greater        = 0x1e
)

func (m *machine) compare(predicate uint8, x, y any) mask {
	a, b, k := m.in(x), m.in(y), make(mask, m.width)
	for i := range k {
		if m.wide {
			k[i] = K()
		} else {
			k[i] = m.register()
		}
		VCMPPS(U8(predicate), b[i], a[i], k[i])
	}
	return k
}

// choose returns x where k is set, else y. (On AVX-512 by a masked move, not
// VBLENDMPS: avo takes that to read its destination, which then seems alive all
// through the loop.)
func (m *machine) choose(k mask, x, y any) vec {
	a, b, v := m.in(x), m.in(y), m.vec()
	for i := range v {
		if m.wide {
			VMOVAPS(b[i], v[i])
			VMOVAPS(a[i], k[i], v[i])
		} else {
			VBLENDVPS(k[i], a[i], b[i], v[i])
		}
	}
	return v
}

// keep returns x where k is set, else 0.
func (m *machine) keep(k mask, x any) vec {
	a, v := m.in(x), m.vec()
	for i := range v {
		if m.wide {
			VMOVAPS_Z(a[i], k[i], v[i])
		} else {
			VANDPS(a[i], k[i], v[i])
		}
	}
	return v
}

// tailMask returns the mask of the first n lanes, 0 < n < lanes.
func (m *machine) tailMask(n reg.GPVirtual) reg.Register {
	if m.wide {
		ones, k := GP32(), K()
		MOVL(I32(-1), ones)
		BZHIL(n.As32(), ones, ones)
		KMOVW(ones, k)
		return k
	}
	if tailTable.Symbol.Name == "" {
		tailTable = GLOBL("tail", RODATA|NOPTR)
		for i := range 2 * m.lanes {
			DATA(4*i, U32([]uint32{math.MaxUint32, 0}[i/m.lanes]))
		}
	}
	at, k := GP64(), m.register()
	LEAQ(tailTable.Offset(4*m.lanes), at)
	SHLQ(U8(2), n) // the caller has no more use for n
	SUBQ(n, at)
	VMOVUPS(Mem{Base: at}, k)
	return k
}

// tailTable is a vector of ones before a vector of zeros: read n lanes before
// the middle, it is the mask of the first n lanes.
var tailTable Mem

// load reads a value, only the lanes of k if that is not nil; the others are 0.
func (m *machine) load(at Mem, k reg.Register) vec {
	v := m.vec()
	for i := range v {
		at := at.Offset(4 * i * m.lanes)
		switch {
		case k == nil:
			VMOVUPS(at, v[i])
		case m.wide:
			VMOVUPS_Z(at, k, v[i])
		default:
			VMASKMOVPS(at, k, v[i])
		}
	}
	return v
}

// store writes a value, only the lanes of k if that is not nil.
func (m *machine) store(x any, at Mem, k reg.Register) {
	for i, v := range m.in(x) {
		at := at.Offset(4 * i * m.lanes)
		switch {
		case k == nil:
			VMOVUPS(v, at)
		case m.wide:
			VMOVUPS(v, k, at)
		default:
			VMASKMOVPS(v, k, at)
		}
	}
}

// begin opens a routine that does not escape its arguments.
func (m *machine) begin(name, signature, doc string) {
	TEXT(name+m.name, NOSPLIT, "func"+signature)
	Pragma("noescape")
	Doc(name + m.name + " " + doc)
}

func (m *machine) end() {
	VZEROUPPER()
	RET()
}
