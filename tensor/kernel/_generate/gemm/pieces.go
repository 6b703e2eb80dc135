package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// copyPieces writes the routine that gathers pieces of n elements of memory for
// every step of a sum.
func copyPieces(n int, register func() VecVirtual) {
	name := fmt.Sprintf("copyPieces%d", n)
	TEXT(name, NOSPLIT, "func(dst, src []float32, offsets []int32, stride int, places, starts []int32)")
	Doc(
		fmt.Sprintf("%s copies, for every one of offsets, %d elements from each src[offset + places[p]]", name, n),
		"on to element starts[p] of a row of dst, in this order. Rows lie stride apart. There is at",
		"least one offset and an even number of pieces, above zero.",
	)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	src := Load(Param("src").Base(), GP64())
	offsets := Load(Param("offsets").Base(), GP64())
	left := Load(Param("offsets").Len(), GP64())
	stride := loadBytes("stride")
	places := Load(Param("places").Base(), GP64())
	pieces := Load(Param("places").Len(), GP64())
	starts := Load(Param("starts").Base(), GP64())

	Label("row")
	from, p := GP64(), GP64()
	MOVL(Mem{Base: offsets}, from.As32())
	LEAQ(Mem{Base: src, Index: from, Scale: 4}, from)
	XORL(p.As32(), p.As32())
	Label("piece")
	for i := range 2 {
		place, start := GP64(), GP64()
		MOVL(Mem{Base: places, Index: p, Scale: 4, Disp: 4 * i}, place.As32())
		MOVL(Mem{Base: starts, Index: p, Scale: 4, Disp: 4 * i}, start.As32())
		v := register()
		VMOVUPS(Mem{Base: from, Index: place, Scale: 4}, v)
		VMOVUPS(v, Mem{Base: dst, Index: start, Scale: 4})
	}
	ADDQ(Imm(2), p)
	CMPQ(p, pieces)
	JNE(LabelRef("piece"))
	ADDQ(stride, dst)
	ADDQ(Imm(4), offsets)
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
