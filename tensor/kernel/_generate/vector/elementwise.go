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
	scalar  string // name of the scalar parameter, the last operand of the formula; may be empty
	unroll  int    // vectors a turn of the main loop
	formula func(m *machine) func(x ...any) vec
}

// elementwise emits the routine of o: a main loop of o.unroll vectors, a loop
// of one, and the rest under a mask.
func (m *machine) elementwise(o op) {
	params := strings.Fields(o.params)
	signature := "(dst, " + strings.Join(params, ", ") + " []float32"
	if o.scalar != "" {
		signature += ", " + o.scalar + " float32"
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
	var scalar []any
	if o.scalar != "" {
		scalar = append(scalar, m.param(o.scalar))
	}
	step := func(offset int, k *mask) {
		at := func(base reg.Register) Mem { return Mem{Base: base, Index: i, Scale: 4, Disp: 4 * offset} }
		var x []any
		for _, p := range in {
			x = append(x, m.load(at(p), k))
		}
		m.store(formula(append(x, scalar...)...), at(dst), k)
	}
	m.loops(n, i, o.unroll, step)
	m.end()
}

// loops emits step for all n elements: with unroll vectors a turn, then with
// one, then for what is left under a mask. step gets the offset in elements from
// index i. n is used up.
func (m *machine) loops(n, i reg.GPVirtual, unroll int, step func(offset int, k *mask)) {
	turn := func(label, next string, vectors int) {
		length := vectors * m.lanes
		Label(label)
		CMPQ(n, U32(length))
		JLT(LabelRef(next))
		Label(label + "Loop")
		for u := range vectors {
			step(u*m.lanes, nil)
		}
		ADDQ(U32(length), i)
		SUBQ(U32(length), n)
		CMPQ(n, U32(length))
		JGE(LabelRef(label + "Loop"))
	}
	if unroll > 1 {
		turn("many", "single", unroll)
	}
	turn("single", "tail", 1)
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	k := m.tailMask(n)
	step(0, &k)
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
	m.loops(n, i, 4, func(offset int, k *mask) {
		m.store(v, Mem{Base: dst, Index: i, Scale: 4, Disp: 4 * offset}, k)
	})
	m.end()
}
