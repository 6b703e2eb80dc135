package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// maxRuns is how many runs packRuns takes at once: one less than AVX-512 has
// mask registers to choose from.
const maxRuns = 6

// packRuns writes the routine that gathers one vector for every step of a sum,
// each vector being put together of pieces of memory.
func (s *set) packRuns() {
	name := "packRuns" + s.name
	TEXT(name, NOSPLIT, "func(dst, src []float32, offsets []int32, stride int, places []int32, masks []uint32, more bool)")
	Doc(
		name+" writes a vector to dst, stride apart, for every one of offsets: lane i is",
		"src[offset + places[r] + i] for the run r whose masks[r] has bit i. There are 1 to 6",
		"runs. Other lanes are 0, or what dst holds if more is set.",
	)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	src := Load(Param("src").Base(), GP64())
	offsets := Load(Param("offsets").Base(), GP64())
	left := Load(Param("offsets").Len(), GP64())
	stride := Load(Param("stride"), GP64())
	SHLQ(U8(2), stride)
	places := Load(Param("places").Base(), GP64())
	n := Load(Param("places").Len(), GP64())
	masks := Load(Param("masks").Base(), GP64())
	more := GP64()
	moreParam, _ := Param("more").Resolve()
	MOVBQZX(moreParam.Addr, more)

	for count := 1; count <= maxRuns; count++ {
		if count < maxRuns {
			CMPQ(n, U8(count))
			JNE(LabelRef(fmt.Sprintf("over%d", count)))
		}
		at := make([]Register, count)
		lanes := make([]*tail, count)
		for i := range count {
			at[i] = GP64()
			MOVLQSX(Mem{Base: places, Disp: 4 * i}, at[i])
			LEAQ(Mem{Base: src, Index: at[i], Scale: 4}, at[i])
			lanes[i] = s.maskOf(Mem{Base: masks, Disp: 4 * i})
		}
		loop := func(label string, merge bool) {
			Label(label)
			offset := GP64()
			MOVLQSX(Mem{Base: offsets}, offset)
			v := s.register()
			if merge {
				VMOVUPS(Mem{Base: dst}, v)
			}
			for i := range count {
				from := Mem{Base: at[i], Index: offset, Scale: 4}
				if i == 0 && !merge {
					lanes[i].load(from, v)
				} else {
					v = lanes[i].loadInto(from, v)
				}
			}
			VMOVUPS(v, Mem{Base: dst})
			ADDQ(stride, dst)
			ADDQ(Imm(4), offsets)
			DECQ(left)
			JNZ(LabelRef(label))
			VZEROUPPER()
			RET()
		}
		TESTQ(more, more)
		JNZ(LabelRef(fmt.Sprintf("more%d", count)))
		loop(fmt.Sprintf("fresh%d", count), false)
		loop(fmt.Sprintf("more%d", count), true)
		if count < maxRuns {
			Label(fmt.Sprintf("over%d", count))
		}
	}
}

// maskOf loads a mask that has a bit for every lane.
func (s *set) maskOf(m Mem) *tail {
	t := &tail{s: s}
	if s.wide {
		k := K()
		KMOVW(m, k)
		t.k = k
		return t
	}
	t.v = YMM()
	VPBROADCASTD(m, t.v)
	s.finishMask(t.v)
	return t
}

// finishMask turns a word of bits in every lane into the lane's own one.
func (s *set) finishMask(v VecVirtual) {
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

// loadInto returns v with the lanes of the mask read from m. In AVX2 those
// lanes of v must be zero.
func (t *tail) loadInto(m Mem, v VecVirtual) VecVirtual {
	if t.s.wide {
		VMOVUPS(m, t.k, v)
		return v
	}
	piece := YMM()
	VMASKMOVPS(m, t.v, piece)
	VORPS(piece, v, v)
	return v
}
