package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// machine is a vector instruction set. Its methods emit one operation each and
// return a new register with the result, so formulas read like expressions and
// are written once for both sets.
type machine struct {
	name  string // suffix of the routines
	lanes int    // float32 values in a vector
	wide  bool   // AVX-512: 32 registers, mask registers
}

func newAVX2() *machine   { return &machine{name: "AVX2", lanes: 8} }
func newAVX512() *machine { return &machine{name: "AVX512", lanes: 16, wide: true} }

type vec = reg.VecVirtual

// mask is the outcome of a comparison: a mask register of AVX-512, a vector of
// all-ones and zero lanes of AVX2.
type mask struct{ reg.Register }

// constant is a number in every lane. AVX-512 has registers enough to load it
// once at the top of a routine; AVX2 loads it at each use.
type constant struct {
	bits uint32
	reg  vec // nil where it is loaded at each use
}

func (m *machine) vec() vec {
	if m.wide {
		return ZMM()
	}
	return YMM()
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

// coefficients declares those of a polynomial. They are never hoisted: the
// fused multiply-add overwrites its addend, so each use needs a copy anyway.
func coefficients(vs ...float64) (cs []*constant) {
	for _, v := range vs {
		cs = append(cs, &constant{bits: math.Float32bits(float32(v))})
	}
	return cs
}

// data holds the constants already written to the data section.
var data = map[uint32]Mem{}

func (m *machine) broadcast(bits uint32) vec {
	at, ok := data[bits]
	if !ok {
		at = ConstData(fmt.Sprintf("f32_%08x", bits), U32(bits))
		data[bits] = at
	}
	v := m.vec()
	VBROADCASTSS(at, v)
	return v
}

// param returns a 32-bit parameter of the routine in every lane.
func (m *machine) param(name string) vec {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := m.vec()
	VBROADCASTSS(p.Addr, v)
	return v
}

// in returns x as a register: x is a vec or a *constant.
func (m *machine) in(x any) vec {
	switch x := x.(type) {
	case vec:
		return x
	case *constant:
		if x.reg != nil {
			return x.reg
		}
		return m.broadcast(x.bits)
	}
	panic(fmt.Sprintf("%T is no operand", x))
}

func (m *machine) zero() vec {
	v := m.vec()
	VXORPS(v, v, v)
	return v
}

// two emits an instruction of two sources.
func (m *machine) two(f func(...Op), x, y any) vec {
	v := m.vec()
	f(m.in(y), m.in(x), v)
	return v
}

// one emits an instruction of one source.
func (m *machine) one(f func(...Op), x any) vec {
	v := m.vec()
	f(m.in(x), v)
	return v
}

func (m *machine) copy(x any) vec { return m.one(VMOVAPS, x) }

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
func (m *machine) fma(x, y, z any) vec {
	v := m.copyOf(z)
	VFMADD231PS(m.in(y), m.in(x), v)
	return v
}

// fnma returns z − x·y rounded once.
func (m *machine) fnma(x, y, z any) vec {
	v := m.copyOf(z)
	VFNMADD231PS(m.in(y), m.in(x), v)
	return v
}

// copyOf is copy, sparing the move when z must be loaded anyway.
func (m *machine) copyOf(z any) vec {
	if c, ok := z.(*constant); ok && c.reg == nil {
		return m.broadcast(c.bits)
	}
	return m.copy(z)
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
	v := m.vec()
	f(U8(count), m.in(x), v)
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
	var r reg.Register = m.vec()
	if m.wide {
		r = K()
	}
	VCMPPS(U8(predicate), m.in(y), m.in(x), r)
	return mask{r}
}

// choose returns x where k is set, else y.
func (m *machine) choose(k mask, x, y any) vec {
	v := m.vec()
	if m.wide {
		VBLENDMPS(m.in(x), m.in(y), k.Register, v)
	} else {
		VBLENDVPS(k.Register, m.in(x), m.in(y), v)
	}
	return v
}

// keep returns x where k is set, else 0.
func (m *machine) keep(k mask, x any) vec {
	if !m.wide {
		return m.and(vec(k.Register.(vec)), x)
	}
	v := m.vec()
	VMOVAPS_Z(m.in(x), k.Register, v)
	return v
}

// tailMask returns the mask of the first n lanes, 0 < n < lanes.
func (m *machine) tailMask(n reg.GPVirtual) mask {
	if m.wide {
		ones, k := GP32(), K()
		MOVL(I32(-1), ones)
		BZHIL(n.As32(), ones, ones)
		KMOVW(ones, k)
		return mask{k}
	}
	if tailTable.Symbol.Name == "" {
		tailTable = GLOBL("tail", RODATA|NOPTR)
		for i := range 2 * m.lanes {
			DATA(4*i, U32([]uint32{math.MaxUint32, 0}[i/m.lanes]))
		}
	}
	at, k := GP64(), m.vec()
	LEAQ(tailTable.Offset(4*m.lanes), at)
	SHLQ(U8(2), n) // the caller has no more use for n
	SUBQ(n, at)
	VMOVUPS(Mem{Base: at}, k)
	return mask{k}
}

// tailTable is a vector of ones before a vector of zeros: read n lanes before
// the middle, it is the mask of the first n lanes.
var tailTable Mem

// load reads a vector, only the lanes of k if given; the others are 0.
func (m *machine) load(at Mem, k *mask) vec {
	v := m.vec()
	switch {
	case k == nil:
		VMOVUPS(at, v)
	case m.wide:
		VMOVUPS_Z(at, k.Register, v)
	default:
		VMASKMOVPS(at, k.Register, v)
	}
	return v
}

// store writes a vector, only the lanes of k if given.
func (m *machine) store(v vec, at Mem, k *mask) {
	switch {
	case k == nil:
		VMOVUPS(v, at)
	case m.wide:
		VMOVUPS(v, k.Register, at)
	default:
		VMASKMOVPS(v, k.Register, at)
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
