package main

import (
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

// packColumns writes the transposition of full blocks into a panel.
func (s *set) packColumns() {
	name := "packColumns" + s.name
	TEXT(name, NOSPLIT, "func(dst, src *float32, blocks, ld, stride int)")
	Doc(
		name+" transposes a square of lanes × lanes, then the next to its right, blocks in",
		"all. Rows of src lie ld apart, those of dst (src's columns) stride.",
	)
	Pragma("noescape")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	blocks := Load(Param("blocks"), GP64())
	ld := Load(Param("ld"), GP64())
	SHLQ(U8(2), ld)
	stride := Load(Param("stride"), GP64())
	SHLQ(U8(2), stride)

	Label("block")
	from := GP64()
	MOVQ(src, from)
	v := make([]VecVirtual, s.lanes)
	for i := range v {
		v[i] = s.register()
		VMOVUPS(Mem{Base: from}, v[i])
		ADDQ(ld, from)
	}
	for _, x := range s.transpose(v) {
		VMOVUPS(x, Mem{Base: dst})
		ADDQ(stride, dst)
	}
	ADDQ(I32(s.bytes()), src)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// transpose returns the columns of a square whose rows are given.
//
// Two rounds of interleaving transpose every 4×4 block within the 128-bit
// quarters of the registers; the rounds after that move whole quarters.
func (s *set) transpose(v []VecVirtual) []VecVirtual {
	n := s.lanes
	pairs := make([]VecVirtual, n)
	for i := 0; i < n; i += 2 {
		pairs[i], pairs[i+1] = s.register(), s.register()
		VUNPCKLPS(v[i+1], v[i], pairs[i])
		VUNPCKHPS(v[i+1], v[i], pairs[i+1])
	}
	// quads[4g+c] holds column c of each quarter, rows 4g … 4g+3.
	quads := make([]VecVirtual, n)
	for g := 0; g < n; g += 4 {
		for c := range 4 {
			quads[g+c] = s.register()
			lo, hi := pairs[g+c/2], pairs[g+2+c/2]
			if c%2 == 0 {
				VUNPCKLPD(hi, lo, quads[g+c])
			} else {
				VUNPCKHPD(hi, lo, quads[g+c])
			}
		}
	}
	out := make([]VecVirtual, n)
	if !s.wide {
		for c := range 4 {
			out[c], out[4+c] = s.register(), s.register()
			VPERM2F128(U8(0x20), quads[4+c], quads[c], out[c])
			VPERM2F128(U8(0x31), quads[4+c], quads[c], out[4+c])
		}
		return out
	}
	for c := range 4 {
		// Quarters of the four registers form a 4×4 square of their own.
		a, b, d, e := quads[c], quads[4+c], quads[8+c], quads[12+c]
		even1, odd1, even2, odd2 := s.register(), s.register(), s.register(), s.register()
		VSHUFF32X4(U8(0x88), b, a, even1) // quarters 0 and 2 of rows 0–3 and 4–7
		VSHUFF32X4(U8(0xdd), b, a, odd1)  // quarters 1 and 3
		VSHUFF32X4(U8(0x88), e, d, even2)
		VSHUFF32X4(U8(0xdd), e, d, odd2)
		for q := range 4 {
			out[4*q+c] = s.register()
		}
		VSHUFF32X4(U8(0x88), even2, even1, out[c])
		VSHUFF32X4(U8(0x88), odd2, odd1, out[4+c])
		VSHUFF32X4(U8(0xdd), even2, even1, out[8+c])
		VSHUFF32X4(U8(0xdd), odd2, odd1, out[12+c])
	}
	return out
}

