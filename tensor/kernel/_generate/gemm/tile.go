package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// unroll is how many steps of the sum the inner loop takes at once.
const unroll = 4

const cacheLine = 64

// streamAhead is how far before its use, in bytes, a tile of one row fetches B. It
// reads B once, so memory sets its pace, and the processor's own prefetch stops at
// every page.
const streamAhead = 32 << 10

// tiles writes the kernels of all sizes.
func (s *set) tiles() {
	for _, rows := range s.rows {
		for vectors := 1; vectors <= s.vectors; vectors++ {
			s.tile(rows, vectors)
		}
	}
}

// tile writes the kernel for C of rows × (vectors·lanes), where the last
// vector has `tail` columns only. Every sum is one chain of FMAs in the order
// of k, so its bits depend neither on the tile nor on the number of lanes.
func (s *set) tile(rows, vectors int) {
	name := fmt.Sprintf("tile%s%dx%d", s.name, rows, vectors)
	TEXT(name, NOSPLIT, "func(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, next *float32, nextLd int)")
	doc := []string{
		fmt.Sprintf("%s computes C = alpha·A·B + beta·C for panels×%d rows and %d vectors of", name, rows, vectors),
		"columns, the last of tail columns. A is packed in panels of that height, B in one",
		"panel of that width. When beta is 0, C is not read. On the way it fetches k rows at",
		"next, nextLd apart, into the second-level cache, a cache line for each panel.",
	}
	stream := rows == 1
	if stream {
		doc = slices.Concat(doc[:2], []string{
			"panel of that width. When beta is 0, C is not read. On the way it fetches what lies",
			"behind B instead of next.",
		})
	}
	if s.steps != "" {
		doc = append(doc, "The k steps of the sum are "+s.steps+".")
		if !stream {
			doc = append(doc, "It fetches rows for two in each.")
		}
	}
	Doc(doc...)
	Pragma("noescape")
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	c := Load(Param("c"), GP64())
	k := Load(Param("k"), GP64())
	panels := Load(Param("panels"), GP64())
	ldc := Load(Param("ldc"), GP64())
	mask := s.newTail(Load(Param("tail"), GP64()))
	SHLQ(U8(2), ldc)
	var next, nextLd Register
	if !stream {
		next, nextLd = Load(Param("next"), GP64()), loadBytes("nextLd")
	}

	Label("panel")
	// The lines of C arrive while the sums are computed.
	row := GP64()
	MOVQ(c, row)
	for range rows {
		for v := range vectors {
			PREFETCHT0(Mem{Base: row, Disp: v * s.bytes()})
		}
		ADDQ(ldc, row)
	}
	fetch := GP64()
	if !stream {
		MOVQ(next, fetch)
	}
	sums := make([][]VecVirtual, rows)
	for i := range sums {
		sums[i] = make([]VecVirtual, vectors)
		for v := range sums[i] {
			sums[i][v] = s.zero()
		}
	}
	at, left := GP64(), GP64()
	MOVQ(b, at)
	MOVQ(k, left)
	SUBQ(U8(unroll), left)
	JL(LabelRef("rest"))
	Label("loop")
	for u := range unroll {
		s.step(sums, a, at, u)
		if stream {
			for v := range vectors {
				PREFETCHT1(Mem{Base: at, Disp: (u*vectors+v)*s.bytes() + streamAhead})
			}
			continue
		}
		for range s.fetches {
			PREFETCHT1(Mem{Base: fetch})
			ADDQ(nextLd, fetch)
		}
	}
	ADDQ(I32(unroll*rows*4), a)
	ADDQ(I32(unroll*vectors*s.bytes()), at)
	SUBQ(U8(unroll), left)
	JGE(LabelRef("loop"))
	Label("rest")
	ADDQ(U8(unroll), left)
	JZ(LabelRef("store"))
	Label("single")
	s.step(sums, a, at, 0)
	ADDQ(I32(rows*4), a)
	ADDQ(I32(vectors*s.bytes()), at)
	DECQ(left)
	JNZ(LabelRef("single"))

	Label("store")
	alpha, beta := s.register(), s.register()
	alphaParam, _ := Param("alpha").Resolve()
	VBROADCASTSS(alphaParam.Addr, alpha)
	for i := range sums {
		for v := range sums[i] {
			VMULPS(alpha, sums[i][v], sums[i][v])
		}
	}
	betaParam, _ := Param("beta").Resolve()
	bits := GP32()
	MOVL(betaParam.Addr, bits)
	ADDL(bits, bits) // drops the sign: −0 is 0 too
	JZ(LabelRef("overwrite"))
	VBROADCASTSS(betaParam.Addr, beta)
	for i := range sums {
		for v := range sums[i] {
			at := Mem{Base: c, Disp: v * s.bytes()}
			if v < vectors-1 {
				VFMADD231PS(at, beta, sums[i][v])
				VMOVUPS(sums[i][v], at)
				continue
			}
			old := alpha // no longer needed
			mask.load(at, old)
			VFMADD231PS(old, beta, sums[i][v])
			mask.store(sums[i][v], at)
		}
		ADDQ(ldc, c)
	}
	JMP(LabelRef("next"))
	Label("overwrite")
	for i := range sums {
		for v := range sums[i] {
			at := Mem{Base: c, Disp: v * s.bytes()}
			if v < vectors-1 {
				VMOVUPS(sums[i][v], at)
			} else {
				mask.store(sums[i][v], at)
			}
		}
		ADDQ(ldc, c)
	}
	Label("next")
	if !stream {
		ADDQ(U8(cacheLine), next)
	}
	DECQ(panels)
	JNZ(LabelRef("panel"))
	VZEROUPPER()
	RET()
}

// zero returns a register of zeros.
func (s *set) zero() VecVirtual {
	v := s.register()
	if s.wide {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
	return v
}

// step adds the products of the u-th column of A and the u-th row of B.
func (s *set) step(sums [][]VecVirtual, a, b Register, u int) {
	rows, vectors := len(sums), len(sums[0])
	row := make([]VecVirtual, vectors)
	for v := range row {
		row[v] = s.register()
		VMOVUPS(Mem{Base: b, Disp: (u*vectors + v) * s.bytes()}, row[v])
	}
	for i := range sums {
		x := s.register()
		VBROADCASTSS(Mem{Base: a, Disp: (u*rows + i) * 4}, x)
		for v := range row {
			s.product(row[v], x, sums[i][v])
		}
	}
}

// rowTiles writes the kernels for C of 8 × (vectors·lanes) whose A is not packed.
func (s *set) rowTiles() {
	for vectors := 1; vectors <= s.vectors; vectors++ {
		s.rowTile(vectors)
	}
}

// stepsOfLine is how many steps of the sum a cache line of a row has: the inner loop
// takes them at once, and fetches the line below each row's.
const stepsOfLine = cacheLine / 4

// rowTile writes one of them. Its sums are those of tile, in the same order.
func (s *set) rowTile(vectors int) {
	const rows = 8
	name := fmt.Sprintf("rowTile%s%dx%d", s.name, rows, vectors)
	TEXT(name, NOSPLIT, "func(a, b, c *float32, lda, k, panels, ldc, tail int, add bool)")
	Doc(
		fmt.Sprintf("%s computes C = A·B, or adds it, for panels×%d rows and %d vectors of columns,", name, rows, vectors),
		"the last of tail columns. A's rows lie lda apart, B is packed in one panel of that width.",
		"On the way it fetches the rows of the next panel.",
	)
	Pragma("noescape")
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	c := Load(Param("c"), GP64())
	lda := loadBytes("lda")
	panels := Load(Param("panels"), GP64())
	ldc := loadBytes("ldc")
	mask := s.newTail(Load(Param("tail"), GP64()))
	lda3 := GP64()
	LEAQ(Mem{Base: lda, Index: lda, Scale: 2}, lda3)

	// row is row i of a group of four.
	row := func(four Register, i int) Mem {
		return [4]Mem{{Base: four}, {Base: four, Index: lda, Scale: 1}, {Base: four, Index: lda, Scale: 2}, {Base: four, Index: lda3, Scale: 1}}[i]
	}

	Label("panel")
	var fours [4]Register // two of this panel, two of the next
	for i := range fours {
		fours[i] = GP64()
		if i == 0 {
			MOVQ(a, fours[i])
		} else {
			LEAQ(Mem{Base: fours[i-1], Index: lda, Scale: 4}, fours[i])
		}
	}
	MOVQ(fours[2], a)
	sums := make([][]VecVirtual, rows)
	for i := range sums {
		sums[i] = make([]VecVirtual, vectors)
		for v := range sums[i] {
			sums[i][v] = s.zero()
		}
	}
	step := func(at Register, u int) {
		columns := make([]VecVirtual, vectors)
		for v := range columns {
			columns[v] = s.register()
			VMOVUPS(Mem{Base: at, Disp: (u*vectors + v) * s.bytes()}, columns[v])
		}
		for i := range sums {
			x := s.register()
			VBROADCASTSS(row(fours[i/4], i%4).Offset(4*u), x)
			for v := range columns {
				s.product(columns[v], x, sums[i][v])
			}
		}
	}
	at, left := GP64(), GP64()
	MOVQ(b, at)
	kParam, _ := Param("k").Resolve()
	MOVQ(kParam.Addr, left)
	SUBQ(U8(stepsOfLine), left)
	JL(LabelRef("rest"))
	Label("loop")
	for u := range stepsOfLine {
		if u < rows {
			PREFETCHT1(row(fours[2+u/4], u%4))
		}
		step(at, u)
	}
	for _, four := range fours {
		ADDQ(Imm(cacheLine), four)
	}
	ADDQ(I32(stepsOfLine*vectors*s.bytes()), at)
	SUBQ(U8(stepsOfLine), left)
	JGE(LabelRef("loop"))
	Label("rest")
	ADDQ(U8(stepsOfLine), left)
	JZ(LabelRef("store"))
	Label("single")
	step(at, 0)
	for _, four := range fours[:2] {
		ADDQ(Imm(4), four)
	}
	ADDQ(I32(vectors*s.bytes()), at)
	DECQ(left)
	JNZ(LabelRef("single"))

	Label("store")
	add := GP64()
	addParam, _ := Param("add").Resolve()
	MOVBQZX(addParam.Addr, add)
	TESTQ(add, add)
	for _, adds := range []bool{false, true} {
		if adds {
			Label("add")
		} else {
			JNZ(LabelRef("add"))
		}
		for i := range sums {
			for v, sum := range sums[i] {
				at := Mem{Base: c, Disp: v * s.bytes()}
				if adds {
					old := s.register()
					if v < vectors-1 {
						VMOVUPS(at, old)
					} else {
						mask.load(at, old)
					}
					VADDPS(old, sum, sum)
				}
				if v < vectors-1 {
					VMOVUPS(sum, at)
				} else {
					mask.store(sum, at)
				}
			}
			ADDQ(ldc, c)
		}
		if !adds {
			JMP(LabelRef("next"))
		}
	}
	Label("next")
	DECQ(panels)
	JNZ(LabelRef("panel"))
	VZEROUPPER()
	RET()
}
