package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// set is an instruction set with the shape of its tiles.
type set struct {
	name    string
	lanes   int   // float32 in a register
	rows    []int // heights of the tiles, powers of two downwards
	vectors int   // width of the widest tile in registers

	register func() VecVirtual
	wide     bool // AVX-512: masks are registers of their own kind

	steps   string // what the steps of a sum are, if not numbers
	fetches int    // cache lines that a tile fetches in a step
	product func(x, y, sums VecVirtual)
}

// AVX-512 has 32 registers: 24 sums, 3 of B and a few of A. Eight rows divide
// the batch sizes and channel counts of training; with three vectors a step of
// 24 FMAs (12 cycles) takes 11 loads, of which a cycle allows two.
func newAVX512() *set {
	return &set{name: "AVX512", lanes: 16, rows: []int{8, 4, 2, 1}, vectors: 3, register: ZMM, wide: true,
		fetches: 1, product: func(x, y, sums VecVirtual) { VFMADD231PS(x, y, sums) }}
}

// AVX2 has 16 registers: 12 sums, 3 of B and one of A.
func newAVX2() *set {
	return &set{name: "AVX2", lanes: 8, rows: []int{4, 2, 1}, vectors: 3, register: YMM,
		fetches: 1, product: func(x, y, sums VecVirtual) { VFMADD231PS(x, y, sums) }}
}

// bytes is the size of a register.
func (s *set) bytes() int { return 4 * s.lanes }

// tail is a mask that leaves only the first lanes of a register.
type tail struct {
	s *set
	k Register   // AVX-512
	v VecVirtual // AVX2: all bits of a lane set or none
}

// newTail loads the mask for n lanes, 1 ≤ n ≤ lanes.
func (s *set) newTail(n Register) *tail {
	t := &tail{s: s}
	if s.wide {
		bits := GP64()
		MOVQ(I32(-1), bits)
		BZHIQ(n, bits, bits)
		k := K()
		KMOVW(bits.As32(), k)
		t.k = k
		return t
	}
	table := tailTable()
	at := GP64()
	LEAQ(table, at)
	end := GP64()
	MOVQ(U32(8), end)
	SUBQ(n, end)
	t.v = YMM()
	VMOVDQU(Mem{Base: at, Index: end, Scale: 4}, t.v)
	return t
}

var tails Mem

// tailTable is eight lanes of set bits and eight of none.
func tailTable() Mem {
	if tails.Symbol.Name == "" {
		tails = GLOBL("gemmTails", RODATA|NOPTR)
		for i := range 16 {
			v := U32(0)
			if i < 8 {
				v = U32(0xffffffff)
			}
			DATA(4*i, v)
		}
	}
	return tails
}

// load reads the lanes of m that the mask leaves; the others become zero.
func (t *tail) load(m Mem, v VecVirtual) {
	if t.s.wide {
		VMOVUPS_Z(m, t.k, v)
	} else {
		VMASKMOVPS(m, t.v, v)
	}
}

// store writes the lanes of v that the mask leaves.
func (t *tail) store(v VecVirtual, m Mem) {
	if t.s.wide {
		VMOVUPS(v, t.k, m)
	} else {
		VMASKMOVPS(v, t.v, m)
	}
}

// notFinite are the classes of VFPCLASSPS that are infinite or no number: quiet NaN,
// +Inf, −Inf, signalling NaN.
const notFinite = U8(0x01 | 0x08 | 0x10 | 0x80)
