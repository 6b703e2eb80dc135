package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// packRows writes the copy of a strip of a matrix into a panel, row by row.
func (s *set) packRows() {
	name := "packRows" + s.name
	TEXT(name, NOSPLIT, "func(dst, src *float32, rows, ld, vectors, tail int)")
	Doc(
		name+" copies rows × (vectors−1 full vectors and tail columns) from src, whose rows",
		"lie ld apart, to dst, filling its last vector with zeros.",
	)
	Pragma("noescape")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	rows := Load(Param("rows"), GP64())
	ld := Load(Param("ld"), GP64())
	SHLQ(U8(2), ld)
	vectors := Load(Param("vectors"), GP64())
	mask := s.newTail(Load(Param("tail"), GP64()))

	CMPQ(vectors, U8(2))
	JEQ(LabelRef("two"))
	JG(LabelRef("three"))
	for n, label := range []string{"one", "two", "three"} {
		Label(label)
		v := make([]VecVirtual, n+1)
		for i := range v {
			v[i] = s.register()
			at := Mem{Base: src, Disp: i * s.bytes()}
			if i < n {
				VMOVUPS(at, v[i])
			} else {
				mask.load(at, v[i])
			}
		}
		for i := range v {
			VMOVUPS(v[i], Mem{Base: dst, Disp: i * s.bytes()})
		}
		ADDQ(ld, src)
		ADDQ(I32((n+1)*s.bytes()), dst)
		DECQ(rows)
		JNZ(LabelRef(label))
		VZEROUPPER()
		RET()
	}
}

// packColumns writes the transposition of full squares into a panel.
func packColumns(n int, register func() VecVirtual) {
	name := fmt.Sprintf("packColumns%d", n)
	TEXT(name, NOSPLIT, "func(dst, src *float32, squares, ld, stride int)")
	Doc(
		fmt.Sprintf("%s transposes a square of %d×%d, then the next to its right, and so on.", name, n, n),
		"Rows of src lie ld apart, those of dst (src's columns) stride.",
	)
	Pragma("noescape")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	squares := Load(Param("squares"), GP64())
	ld := Load(Param("ld"), GP64())
	SHLQ(U8(2), ld)
	stride := Load(Param("stride"), GP64())
	SHLQ(U8(2), stride)

	Label("square")
	from := GP64()
	MOVQ(src, from)
	v := make([]VecVirtual, n)
	for i := range v {
		v[i] = register()
		VMOVUPS(Mem{Base: from}, v[i])
		ADDQ(ld, from)
	}
	for _, x := range transpose(v, register) {
		VMOVUPS(x, Mem{Base: dst})
		ADDQ(stride, dst)
	}
	ADDQ(I32(4*n), src)
	DECQ(squares)
	JNZ(LabelRef("square"))
	VZEROUPPER()
	RET()
}

// transpose returns the columns of a square of 4, 8 or 16 rows, a register
// each. Two rounds of interleaving transpose every 4×4 block within the 128-bit
// quarters of the registers; a last one or two move whole quarters.
func transpose(v []VecVirtual, register func() VecVirtual) []VecVirtual {
	n := len(v)
	pairs := make([]VecVirtual, n)
	for i := 0; i < n; i += 2 {
		pairs[i], pairs[i+1] = register(), register()
		VUNPCKLPS(v[i+1], v[i], pairs[i])
		VUNPCKHPS(v[i+1], v[i], pairs[i+1])
	}
	// quads[g+c] holds, for each quarter q, column 4q+c of rows g … g+3.
	quads := make([]VecVirtual, n)
	for g := 0; g < n; g += 4 {
		for c := range 4 {
			quads[g+c] = register()
			lo, hi := pairs[g+c/2], pairs[g+2+c/2]
			if c%2 == 0 {
				VUNPCKLPD(hi, lo, quads[g+c])
			} else {
				VUNPCKHPD(hi, lo, quads[g+c])
			}
		}
	}
	switch n {
	case 4:
		return quads
	case 8:
		return joinHalves(quads, register)
	default:
		return joinQuarters(quads, register)
	}
}

// joinHalves transposes the 2×2 squares that the halves of quads form.
func joinHalves(quads []VecVirtual, register func() VecVirtual) []VecVirtual {
	out := make([]VecVirtual, 8)
	for c := range 4 {
		out[c], out[4+c] = register(), register()
		VPERM2F128(U8(0x20), quads[4+c], quads[c], out[c])
		VPERM2F128(U8(0x31), quads[4+c], quads[c], out[4+c])
	}
	return out
}

// joinQuarters transposes the 4×4 squares that the quarters of quads form.
func joinQuarters(quads []VecVirtual, register func() VecVirtual) []VecVirtual {
	const even, odd = U8(0x88), U8(0xdd) // quarters 0 and 2 of both operands, quarters 1 and 3
	pick := func(which U8, a, b VecVirtual) VecVirtual {
		v := register()
		VSHUFF32X4(which, b, a, v)
		return v
	}
	out := make([]VecVirtual, 16)
	for c := range 4 {
		even1, odd1 := pick(even, quads[c], quads[4+c]), pick(odd, quads[c], quads[4+c])
		even2, odd2 := pick(even, quads[8+c], quads[12+c]), pick(odd, quads[8+c], quads[12+c])
		out[c], out[4+c] = pick(even, even1, even2), pick(even, odd1, odd2)
		out[8+c], out[12+c] = pick(odd, even1, even2), pick(odd, odd1, odd2)
	}
	return out
}
