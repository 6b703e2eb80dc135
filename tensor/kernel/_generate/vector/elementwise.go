package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// op is an element-wise kernel. formula is called at the top of the routine,
// where it declares constants, and returns what computes one vector.
type op struct {
	name    string
	params  string // names of the operands
	scalars string // names of the scalar parameters, the last operands of the formula
	widths  widths
	formula func(m *machine) func(x ...any) vec
}

// widths are the registers in a value of the main loop, by instruction set. The
// long formulas need most of AVX2's registers for one.
type widths struct{ avx2, avx512 int }

func (o *op) width(m *machine) int {
	if m.wide {
		return o.widths.avx512
	}
	return o.widths.avx2
}

// elementwise emits the routine of o.
func (m *machine) elementwise(o op) {
	params := strings.Fields(o.params)
	signature := "(dst, " + strings.Join(params, ", ") + " []float32"
	scalars := strings.Fields(o.scalars)
	if len(scalars) > 0 {
		signature += ", " + strings.Join(scalars, ", ") + " float32"
	}
	m.begin(o.name, signature+")", "is "+o.name+"Generic.")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(reg.GPVirtual)
	var in []reg.Register
	for _, p := range params {
		in = append(in, Load(Param(p).Base(), GP64()))
	}
	i := GP64()
	XORQ(i, i)
	formula := o.formula(m)
	var last []any
	for _, s := range scalars {
		last = append(last, m.param(s))
	}
	m.loops(n, i, o.width(m), func(k reg.Register) {
		var x []any
		for _, base := range in {
			x = append(x, m.load(Mem{Base: base, Index: i, Scale: 4}, k))
		}
		m.store(formula(append(x, last...)...), Mem{Base: dst, Index: i, Scale: 4}, k)
	})
	m.end()
}

// loops emits step for all n elements from index i: with values of the given
// width, then of one register, then for what is left under a mask. n is used up.
func (m *machine) loops(n, i reg.GPVirtual, width int, step func(k reg.Register)) {
	turn := func(label, next string, width int) {
		m.width = width
		defer func() { m.width = 1 }()
		Label(label)
		CMPQ(n, U32(width*m.lanes))
		JLT(LabelRef(next))
		Label(label + "Loop")
		step(nil)
		ADDQ(U32(width*m.lanes), i)
		SUBQ(U32(width*m.lanes), n)
		CMPQ(n, U32(width*m.lanes))
		JGE(LabelRef(label + "Loop"))
	}
	if width > 1 {
		turn("many", "single", width)
	}
	turn("single", "tail", 1)
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	step(m.tailMask(n))
	Label("done")
}

// fill emits fillGeneric.
func (m *machine) fill() {
	m.begin("fill", "(dst []float32, v float32)", "is fillGeneric.")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(reg.GPVirtual)
	v := m.param("v")
	i := GP64()
	XORQ(i, i)
	m.loops(n, i, 4, func(k reg.Register) { m.store(v, Mem{Base: dst, Index: i, Scale: 4}, k) })
	m.end()
}
