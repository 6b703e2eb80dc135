package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	. "github.com/mmcloughlin/avo/reg"
)

// newDot is AVX-512 with tiles whose steps are pairs of bfloat16. While
// one is computed, two rows of the float32 that the next is made of arrive.
func newDot() *set {
	s := newAVX512()
	s.name, s.steps, s.fetches = "Dot", "pairs", 2
	s.product = func(x, y, sums VecVirtual) { dotPairs(x, y, sums) }
	return s
}

func writePairs() {
	pass.Compile = pass.Concat(pass.Compile, encodePass)
	newDot().tiles()
	roundPairs()
	splitPairs()
	newAVX512().storeSums()
}

// roundPairs writes the rounding of a panel to pairs.
func roundPairs() {
	TEXT("roundPairsBF16", NOSPLIT, "func(dst, src *float32, blocks, vectors int, order *[32]uint16)")
	Doc(
		"roundPairsBF16 rounds blocks of 2 × vectors vectors (vectors at most 3) of float32 to",
		"bfloat16 and writes the i-th of each half of a block side by side: number j of",
		"them comes from order[j] of the two vectors, 16 and above meaning the second half.",
	)
	Pragma("noescape")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	blocks := Load(Param("blocks"), GP64())
	vectors := Load(Param("vectors"), GP64())
	order := loadOrder()
	eachWidth(vectors, blocks, func(n int) {
		for v := range n {
			both := ZMM()
			first, second := halves(src, n, v)
			roundBoth(first, second, both)
			VPERMW(both, order, both)
			VMOVUPS(both, Mem{Base: dst, Disp: 64 * v})
		}
		ADDQ(I32(128*n), src)
		ADDQ(I32(64*n), dst)
	})
}

// splitPairs writes the split of a panel to pairs of high and low parts.
func splitPairs() {
	TEXT("splitPairsBF16", NOSPLIT, "func(high, finite, low, src *float32, blocks, vectors int, order *[32]uint16)")
	Doc(
		"splitPairsBF16 is roundPairsBF16 to high. What rounding took away it rounds to low;",
		"finite is high with 0 for an infinity or NaN, for which low is 0 too.",
	)
	Pragma("noescape")
	high := Load(Param("high"), GP64())
	finite := Load(Param("finite"), GP64())
	low := Load(Param("low"), GP64())
	src := Load(Param("src"), GP64())
	blocks := Load(Param("blocks"), GP64())
	vectors := Load(Param("vectors"), GP64())
	order := loadOrder()
	eachWidth(vectors, blocks, func(n int) {
		for v := range n {
			both := ZMM()
			first, second := halves(src, n, v)
			roundBoth(first, second, both)

			upper := YMM()
			VEXTRACTI64X4(U8(1), both, upper)
			left := [2]VecVirtual{first, second}
			var numbers [2]Register
			for i, half := range []Register{both.AsY(), upper} {
				wide := ZMM()
				VPMOVZXWD(half, wide)
				VPSLLD(U8(16), wide, wide)
				numbers[i] = K()
				VFPCLASSPSZ(notFinite, wide, numbers[i])
				KNOTW(numbers[i], numbers[i])
				VSUBPS_Z(wide, left[i], numbers[i], left[i])
			}
			rest, some, all := ZMM(), ZMM(), K()
			roundBoth(left[0], left[1], rest)
			KUNPCKWD(numbers[0], numbers[1], all)
			VMOVDQU16_Z(both, all, some)
			for _, part := range []struct {
				v  VecVirtual
				to Register
			}{{both, high}, {some, finite}, {rest, low}} {
				VPERMW(part.v, order, part.v)
				VMOVUPS(part.v, Mem{Base: part.to, Disp: 64 * v})
			}
		}
		ADDQ(I32(128*n), src)
		for _, to := range []Register{high, finite, low} {
			ADDQ(I32(64*n), to)
		}
	})
}

// loadOrder loads the parameter order.
func loadOrder() VecVirtual {
	at := Load(Param("order"), GP64())
	order := ZMM()
	VMOVUPS(Mem{Base: at}, order)
	return order
}

// halves loads the v-th vector of both halves of a block of n vectors each.
func halves(src Register, n, v int) (first, second VecVirtual) {
	first, second = ZMM(), ZMM()
	VMOVUPS(Mem{Base: src, Disp: 64 * v}, first)
	VMOVUPS(Mem{Base: src, Disp: 64 * (n + v)}, second)
	return first, second
}

// eachWidth writes a loop over blocks for every number of vectors in one, and
// chooses among them.
func eachWidth(vectors, blocks Register, body func(n int)) {
	const widest = 3
	for n := 1; n <= widest; n++ {
		if n < widest {
			CMPQ(vectors, U8(n))
			JNE(LabelRef(fmt.Sprintf("over%d", n)))
		}
		label := fmt.Sprintf("loop%d", n)
		Label(label)
		body(n)
		DECQ(blocks)
		JNZ(LabelRef(label))
		VZEROUPPER()
		RET()
		if n < widest {
			Label(fmt.Sprintf("over%d", n))
		}
	}
}

// storeSums writes the routine that adds to C what tile registers held.
func (s *set) storeSums() {
	TEXT("storeSums", NOSPLIT, "func(c, sums *float32, rows, ldc, vectors, tail int, alpha, beta float32)")
	Doc(
		"storeSums computes C = alpha·sums + beta·C for rows of vectors (at most 2), the last of",
		"tail columns. Rows of sums are 32 apart. When beta is 0, C is not read.",
	)
	Pragma("noescape")
	c := Load(Param("c"), GP64())
	sums := Load(Param("sums"), GP64())
	rows := Load(Param("rows"), GP64())
	ldc := loadBytes("ldc")
	vectors := Load(Param("vectors"), GP64())
	mask := s.newTail(Load(Param("tail"), GP64()))
	alpha, beta := s.register(), s.register()
	VBROADCASTSS(Load(Param("alpha"), XMM()), alpha)
	VBROADCASTSS(Load(Param("beta"), XMM()), beta)
	bits := GP32()
	VMOVD(beta.AsX(), bits)
	ADDL(bits, bits) // drops the sign: −0 is 0 too
	JZ(LabelRef("overwrite"))
	for _, add := range []bool{true, false} {
		name := "add"
		if !add {
			name = "overwrite"
		}
		Label(name)
		CMPQ(vectors, U8(2))
		JE(LabelRef(name + "Two"))
		for n, label := range []string{name + "One", name + "Two"} {
			Label(label)
			for v := range n + 1 {
				sum, old := s.register(), s.register()
				at := Mem{Base: c, Disp: v * s.bytes()}
				VMULPS(Mem{Base: sums, Disp: v * s.bytes()}, alpha, sum)
				switch {
				case v < n && add:
					VFMADD231PS(at, beta, sum)
				case add:
					mask.load(at, old)
					VFMADD231PS(old, beta, sum)
				}
				if v < n {
					VMOVUPS(sum, at)
				} else {
					mask.store(sum, at)
				}
			}
			ADDQ(ldc, c)
			ADDQ(I32(2*s.bytes()), sums)
			DECQ(rows)
			JNZ(LabelRef(label))
			VZEROUPPER()
			RET()
		}
	}
}
