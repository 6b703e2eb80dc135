package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// treeLanes is the constant of the same name in reduce.go of package kernel.
const treeLanes = 64

// sum emits sumGeneric (of one operand) or dotGeneric (of two): the lanes of
// the tree lie in registers.
func (m *machine) sum(name string, operands int) {
	params := []string{"a", "b"}[:operands]
	signature := "(a []float32) float32"
	if operands == 2 {
		signature = "(a, b []float32) float32"
	}
	m.begin(name, signature, "is "+name+"Generic.")
	n := Load(Param("a").Len(), GP64()).(reg.GPVirtual)
	var in []reg.Register
	for _, p := range params {
		in = append(in, Load(Param(p).Base(), GP64()))
	}
	i := GP64()
	XORQ(i, i)
	acc := make([]reg.VecVirtual, treeLanes/m.lanes)
	for j := range acc {
		acc[j] = m.zero()
	}
	step := func(j, offset int, k reg.Register) {
		at := func(base reg.Register) Mem { return Mem{Base: base, Index: i, Scale: 4, Disp: 4 * offset} }
		x := m.load(at(in[0]), k)
		if operands == 2 {
			x = m.mul(x, m.load(at(in[1]), k))
		}
		VADDPS(x[0], acc[j], acc[j])
	}
	CMPQ(n, U32(treeLanes))
	JLT(LabelRef("rest"))
	Label("loop")
	for j := range acc {
		step(j, j*m.lanes, nil)
	}
	ADDQ(U32(treeLanes), i)
	SUBQ(U32(treeLanes), n)
	CMPQ(n, U32(treeLanes))
	JGE(LabelRef("loop"))
	Label("rest")
	for j := range acc {
		CMPQ(n, U32(m.lanes))
		JLT(LabelRef(fmt.Sprint("tail", j)))
		if j == len(acc)-1 {
			break // as many elements as lanes went through the loop
		}
		step(j, 0, nil)
		ADDQ(U32(m.lanes), i)
		SUBQ(U32(m.lanes), n)
	}
	for j := range acc {
		Label(fmt.Sprint("tail", j))
		TESTQ(n, n)
		JZ(LabelRef("fold"))
		k := m.tailMask(n)
		step(j, 0, k)
		if j < len(acc)-1 {
			JMP(LabelRef("fold"))
		}
	}
	Label("fold")
	for half := len(acc) / 2; half > 0; half /= 2 {
		for j := range half {
			VADDPS(acc[j+half], acc[j], acc[j])
		}
	}
	Store(m.foldLanes(VADDPS, acc[0]), ReturnIndex(0))
	m.end()
}

// foldLanes halves v down to one lane by f.
func (m *machine) foldLanes(f func(...Op), v reg.VecVirtual) reg.Register {
	if m.wide {
		upper := YMM()
		VEXTRACTF32X8(U8(1), v, upper)
		f(upper, v.AsY(), v.AsY())
	}
	x, upper := v.AsX(), XMM()
	VEXTRACTF128(U8(1), v.AsY(), upper)
	f(upper, x, x)
	VMOVHLPS(x, x, upper)
	f(upper, x, x)
	VMOVSHDUP(x, upper)
	f(upper, x, x)
	return x
}

// extreme emits maxOfGeneric or minOfGeneric. NaNs, which the instructions
// skip, are looked for in pairs of vectors.
func (m *machine) extreme(name string, f func(x, y any) vec, identity float64) {
	m.begin(name, "(a []float32) float32", "is "+name+"Generic.")
	a := Load(Param("a").Base(), GP64())
	n := Load(Param("a").Len(), GP64()).(reg.GPVirtual)
	i := GP64()
	XORQ(i, i)
	start := m.pattern(math.Float32bits(float32(identity)))
	acc := make([]reg.VecVirtual, 4)
	for j := range acc {
		acc[j] = m.one(VMOVAPS, start)[0]
	}
	instruction := VMAXPS
	if name == "minOf" {
		instruction = VMINPS
	}
	bad := m.emptyMask()
	at := func(j int) Mem { return Mem{Base: a, Index: i, Scale: 4, Disp: 4 * j * m.lanes} }

	CMPQ(n, U32(4*m.lanes))
	JLT(LabelRef("single"))
	Label("many")
	for j := 0; j < len(acc); j += 2 {
		x, y := m.load(at(j), nil), m.load(at(j+1), nil)
		instruction(acc[j], x[0], acc[j])
		instruction(acc[j+1], y[0], acc[j+1])
		m.unite(bad, m.compare(unordered, x, y))
	}
	ADDQ(U32(4*m.lanes), i)
	SUBQ(U32(4*m.lanes), n)
	CMPQ(n, U32(4*m.lanes))
	JGE(LabelRef("many"))
	Label("single")
	CMPQ(n, U32(m.lanes))
	JLT(LabelRef("tail"))
	x := m.load(at(0), nil)
	instruction(acc[0], x[0], acc[0])
	m.unite(bad, m.compare(unordered, x, x))
	ADDQ(U32(m.lanes), i)
	SUBQ(U32(m.lanes), n)
	JMP(LabelRef("single"))
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("fold"))
	k := m.tailMask(n)
	x = m.choose(mask{k}, m.load(at(0), k), start)
	instruction(acc[1], x[0], acc[1])
	m.unite(bad, m.compare(unordered, x, x))
	Label("fold")
	result := f(f(acc[0], acc[1]), f(acc[2], acc[3]))
	r := m.foldLanes(instruction, result[0])
	m.jumpIfEmpty(bad, "done")
	VMOVSS(m.datum(math.Float32bits(float32(math.NaN()))), r)
	Label("done")
	Store(r, ReturnIndex(0))
	m.end()
}

// emptyMask returns a mask without lanes.
func (m *machine) emptyMask() reg.Register {
	if !m.wide {
		return m.zero()
	}
	k := K()
	KXORW(k, k, k)
	return k
}

// unite adds the lanes of y to x.
func (m *machine) unite(x reg.Register, y mask) {
	if m.wide {
		KORW(x, y[0], x)
	} else {
		VORPS(x, y[0], x)
	}
}

func (m *machine) jumpIfEmpty(k reg.Register, label string) {
	if m.wide {
		KORTESTW(k, k)
	} else {
		VPTEST(k, k)
	}
	JZ(LabelRef(label))
}

func (m *machine) zero() reg.VecVirtual {
	v := m.register()
	VXORPS(v, v, v)
	return v
}

// chains is the number of interleaved sums down a column, as in
// sumColumnsGeneric.
const chains = 4

// sumColumns emits sumColumnsGeneric: strips of columns whose chains fit in the
// registers, down all rows.
func (m *machine) sumColumns() {
	m.begin("sumColumns", "(dst, a []float32, rows, cols int)", "is sumColumnsGeneric.")
	dst := Load(Param("dst").Base(), GP64())
	a := Load(Param("a").Base(), GP64())
	rows := Load(Param("rows"), GP64())
	n := Load(Param("cols"), GP64()).(reg.GPVirtual)
	stride := GP64()
	MOVQ(n, stride)
	SHLQ(U8(2), stride)

	unroll := 2
	if m.wide {
		unroll = 4
	}
	strip := func(label string, vectors int, k reg.Register) {
		acc := make([][]reg.VecVirtual, chains)
		for c := range acc {
			acc[c] = make([]reg.VecVirtual, vectors)
			for v := range acc[c] {
				acc[c][v] = m.zero()
			}
		}
		at, left := GP64(), GP64()
		MOVQ(a, at)
		MOVQ(rows, left)
		row := func(c int) {
			for v := range vectors {
				x := Mem{Base: at, Disp: 4 * v * m.lanes}
				if k == nil {
					VADDPS(x, acc[c][v], acc[c][v])
				} else {
					VADDPS(m.load(x, k)[0], acc[c][v], acc[c][v])
				}
			}
			ADDQ(stride, at)
		}
		Label(label + "Rows")
		CMPQ(left, U32(chains))
		JLT(LabelRef(label + "Rest0"))
		for c := range chains {
			row(c)
		}
		SUBQ(U32(chains), left)
		JMP(LabelRef(label + "Rows"))
		for c := range chains - 1 {
			Label(fmt.Sprint(label, "Rest", c))
			TESTQ(left, left)
			JZ(LabelRef(label + "Fold"))
			row(c)
			DECQ(left)
		}
		Label(label + "Fold")
		for v := range vectors {
			out := Mem{Base: dst, Disp: 4 * v * m.lanes}
			s := m.add(m.add(acc[0][v], acc[2][v]), m.add(acc[1][v], acc[3][v]))
			m.store(m.add(m.load(out, k), s), out, k)
		}
	}
	turn := func(label, next string, vectors int) {
		length := vectors * m.lanes
		Label(label)
		CMPQ(n, U32(length))
		JLT(LabelRef(next))
		strip(label, vectors, nil)
		ADDQ(U32(4*length), dst)
		ADDQ(U32(4*length), a)
		SUBQ(U32(length), n)
		JMP(LabelRef(label))
	}
	turn("many", "single", unroll)
	turn("single", "tail", 1)
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	k := m.tailMask(n)
	strip("tail", 1, k)
	Label("done")
	m.end()
}
