package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// loadRows writes the routine that reads a vector of neighbours, or of every
// second element, from each of some rows.
func (s *set) loadRows(step int) {
	name := fmt.Sprintf("loadRows%d%s", step, s.name)
	TEXT(name, NOSPLIT, "func(dst, src []float32, from, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32)")
	Doc(
		fmt.Sprintf("%s writes a vector to each row of some planes of dst: lane i is src[from + %d·i],", name, step),
		"or 0 where mask has no bit i; there src is not read. Planes lie dstPlane and srcPlane",
		"apart, rows dstLd and srcLd.",
	)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	src := Load(Param("src").Base(), GP64())
	from := Load(Param("from"), GP64())
	LEAQ(Mem{Base: src, Index: from, Scale: 4}, src)
	planes := Load(Param("planes"), GP64())
	rows := Load(Param("rows"), GP64())
	dstLd, srcLd := loadBytes("dstLd"), loadBytes("srcLd")
	dstPlane, srcPlane := loadBytes("dstPlane"), loadBytes("srcPlane")
	masks := s.spread(Load(Param("mask"), GP32()), step)
	var even VecVirtual
	if step == 2 && s.wide {
		even = ZMM()
		VMOVUPS(evenTable(), even)
	}

	Label("plane")
	to, at, left := GP64(), GP64(), GP64()
	MOVQ(dst, to)
	MOVQ(src, at)
	MOVQ(rows, left)
	Label("row")
	parts := make([]VecVirtual, step)
	for i := range parts {
		parts[i] = s.register()
		masks[i].load(Mem{Base: at, Disp: i * s.bytes()}, parts[i])
	}
	v := parts[0]
	switch {
	case step == 2 && s.wide:
		VPERMT2PS(parts[1], even, v)
	case step == 2:
		// Even elements of each half, then the halves' middles swapped.
		VSHUFPS(U8(0x88), parts[1], v, v)
		VPERMPD(U8(0xd8), v, v)
	}
	VMOVUPS(v, Mem{Base: to})
	ADDQ(srcLd, at)
	ADDQ(dstLd, to)
	DECQ(left)
	JNZ(LabelRef("row"))
	ADDQ(srcPlane, src)
	ADDQ(dstPlane, dst)
	DECQ(planes)
	JNZ(LabelRef("plane"))
	VZEROUPPER()
	RET()
}

// loadBytes loads a parameter that counts elements as a number of bytes.
func loadBytes(name string) Register {
	r := GP64()
	Load(Param(name), r)
	SHLQ(U8(2), r)
	return r
}

// storeRows writes the inverse of loadRows.
func (s *set) storeRows(step int) {
	name := fmt.Sprintf("storeRows%d%s", step, s.name)
	TEXT(name, NOSPLIT, "func(dst, src []float32, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32, add bool)")
	Doc(
		fmt.Sprintf("%s writes to dst[%d·i] lane i of a vector from each row of some planes of src,", name, step),
		"where mask has bit i; if add is set, it adds. Planes lie dstPlane and srcPlane apart,",
		"rows dstLd and srcLd.",
	)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	src := Load(Param("src").Base(), GP64())
	planes := Load(Param("planes"), GP64())
	rows := Load(Param("rows"), GP64())
	dstLd, srcLd := loadBytes("dstLd"), loadBytes("srcLd")
	dstPlane, srcPlane := loadBytes("dstPlane"), loadBytes("srcPlane")
	bits := Load(Param("mask"), GP32())
	taken := s.maskOfBits(bits)
	masks := s.spread(bits, step)
	add := GP64()
	addParam, _ := Param("add").Resolve()
	MOVBQZX(addParam.Addr, add)
	twice := make([]VecVirtual, step)
	if step == 2 {
		for i := range twice {
			twice[i] = s.register()
			VMOVUPS(twiceTable().Offset(i*s.bytes()), twice[i])
		}
	}

	loop := func(label string, parts int, add bool) {
		Label(label + "Plane")
		to, from, left := GP64(), GP64(), GP64()
		MOVQ(dst, to)
		MOVQ(src, from)
		MOVQ(rows, left)
		Label(label)
		v := s.register()
		taken.load(Mem{Base: from}, v)
		for i := range parts {
			at := Mem{Base: to, Disp: i * s.bytes()}
			part := v
			if step == 2 {
				part = s.register()
				VPERMPS(v, twice[i], part)
			}
			if add {
				old := s.register()
				masks[i].load(at, old)
				VADDPS(old, part, part)
			}
			masks[i].store(part, at)
		}
		ADDQ(srcLd, from)
		ADDQ(dstLd, to)
		DECQ(left)
		JNZ(LabelRef(label))
		ADDQ(srcPlane, src)
		ADDQ(dstPlane, dst)
		DECQ(planes)
		JNZ(LabelRef(label + "Plane"))
		VZEROUPPER()
		RET()
	}
	if step == 2 {
		// Few lanes fit in one vector. The other must not even be touched: although
		// nothing of it is stored, loads that overlap it would wait for it.
		CMPL(bits, U32(1<<(s.lanes/2)))
		JB(LabelRef("few"))
	}
	TESTQ(add, add)
	JNZ(LabelRef("addPlane"))
	loop("overwrite", step, false)
	loop("add", step, true)
	if step == 2 {
		Label("few")
		TESTQ(add, add)
		JNZ(LabelRef("addFewPlane"))
		loop("overwriteFew", 1, false)
		loop("addFew", 1, true)
	}
}

// spread returns the masks of the vectors over which lanes are spread that lie
// step apart in memory.
func (s *set) spread(bits Register, step int) []*tail {
	if step == 1 {
		return []*tail{s.maskOfBits(bits)}
	}
	wide, even := GP64(), GP64()
	MOVL(bits, wide.As32())
	MOVQ(U32(0x55555555), even)
	PDEPQ(even, wide, wide)
	masks := []*tail{s.maskOfBits(wide.As32())}
	SHRQ(U8(s.lanes), wide)
	return append(masks, s.maskOfBits(wide.As32()))
}

// maskOfBits makes a mask of a register that has a bit for every lane.
func (s *set) maskOfBits(bits Register) *tail {
	t := &tail{s: s}
	if s.wide {
		k := K()
		KMOVW(bits, k)
		t.k = k
		return t
	}
	x := XMM()
	VMOVD(bits, x)
	t.v = YMM()
	VPBROADCASTD(x, t.v)
	finishMask(t.v)
	return t
}

var evens, twices Mem

// evenTable holds the places of the even elements of two vectors of 16.
func evenTable() Mem {
	if evens.Symbol.Name == "" {
		evens = GLOBL("gemmEvens", RODATA|NOPTR)
		for i := range 16 {
			DATA(4*i, U32(2*i))
		}
	}
	return evens
}

// twiceTable holds every place of a vector twice.
func twiceTable() Mem {
	if twices.Symbol.Name == "" {
		twices = GLOBL("gemmTwices", RODATA|NOPTR)
		for i := range 32 {
			DATA(4*i, U32(i/2))
		}
	}
	return twices
}

// finishMask turns a word of bits in every lane into the lane's own one.
func finishMask(v VecVirtual) {
	bits := bitTable()
	VPAND(bits, v, v)
	VPCMPEQD(bits, v, v)
}

var laneBits Mem

// bitTable holds one bit a lane, at the lane's place.
func bitTable() Mem {
	if laneBits.Symbol.Name == "" {
		laneBits = GLOBL("gemmBits", RODATA|NOPTR)
		for i := range 8 {
			DATA(4*i, U32(1<<i))
		}
	}
	return laneBits
}
