package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileUnitAVX2 has values in the frame of the routine, for 16 registers are too few:
// two halves of 8 lanes each, which are worked on one after the other.
type tileUnitAVX2 struct {
	unitCols int
	frame    Register // of fixed and passing values
	values   int      // in use, fixed ones first
	fixed    int
	labels   int
	found    VecVirtual // has a bit set if something was not finite

	// Where a unit has more than two tiles across, the neighbour of a quarter's lanes at
	// one end is in the quarter at the other.
	around map[int]frameValue // by field of laneOrder: permutations and masks
	whole  GPVirtual          // 0 if position 2 packs no lanes
	apart  Register           // bytes from the first half of a stored value to the second
}

// frameValue numbers a value in the frame.
type frameValue int

const (
	valueBytes = 2 * halfBytes
	halfBytes  = 32

	// frameValues is as many as the longest routine has at once.
	frameValues = 76
)

func newFilterAVX2() *filter[frameValue] {
	return &filter[frameValue]{tileUnit: &tileUnitAVX2{}, set: "AVX2", outputs: XMM}
}

func (u *tileUnitAVX2) begin(unitCols int, lanes Register, fields ...int) {
	*u = tileUnitAVX2{unitCols: unitCols, around: map[int]frameValue{}}
	memory := AllocLocal(frameValues*valueBytes + valueBytes)
	u.frame = GP64()
	LEAQ(memory.Offset(valueBytes-1), u.frame)
	ANDQ(I32(-valueBytes), u.frame)
	u.found = YMM()
	VXORPS(u.found, u.found, u.found)
	for _, field := range fields {
		switch field {
		case lanesPrevious:
			u.setAround(field, lanes, 0, lanesHasPrevious)
		case lanesNext:
			u.setAround(field, lanes, 3, lanesHasNext)
		case lanesPack:
			u.apart = loadBytes("half")
			u.setWhole(lanes)
		case lanesUnpack:
			u.setWhole(lanes)
		}
	}
	u.fixed = u.values
}

func (u *tileUnitAVX2) setWhole(lanes Register) {
	u.whole = GP64()
	MOVWLZX(Mem{Base: lanes, Disp: lanesOfEdge}, u.whole.As32())
	SUBQ(I32(0xffff), u.whole)
}

// setAround keeps the permutation that moves lanes into a quarter from the one at the
// other end, and which of them have a source.
func (u *tileUnitAVX2) setAround(field int, lanes Register, quarter, has int) {
	if u.unitCols == 2 {
		return
	}
	u.around[field] = u.newValue()
	order := YMM()
	VBROADCASTF128(Mem{Base: lanes, Disp: field + 16*quarter}, order)
	VMOVUPS(order, u.half(u.around[field], 0))
	sources := u.mask(Mem{Base: lanes, Disp: has + quarter/2})
	VMOVUPS(quarters(quarter%2, quarter%2, sources, sources), u.half(u.around[field], 1))
}

// mask makes a byte's bits lanes.
func (u *tileUnitAVX2) mask(m Mem) VecVirtual {
	v := YMM()
	VPBROADCASTB(m, v)
	finishMask(v)
	return v
}

func (u *tileUnitAVX2) newValue() frameValue {
	if u.values++; u.values > frameValues {
		panic("the frame has too few values")
	}
	return frameValue(u.values - 1)
}

func (u *tileUnitAVX2) forget() { u.values = u.fixed }

// half is where lanes 8·h … 8·h+7 of a value are.
func (u *tileUnitAVX2) half(v frameValue, h int) Mem {
	return Mem{Base: u.frame, Disp: int(v)*valueBytes + h*halfBytes}
}

// halves loads a value.
func (u *tileUnitAVX2) halves(v frameValue) (lo, hi VecVirtual) {
	lo, hi = YMM(), YMM()
	VMOVUPS(u.half(v, 0), lo)
	VMOVUPS(u.half(v, 1), hi)
	return lo, hi
}

// keep makes a value of two halves.
func (u *tileUnitAVX2) keep(lo, hi VecVirtual) frameValue {
	v := u.newValue()
	VMOVUPS(lo, u.half(v, 0))
	VMOVUPS(hi, u.half(v, 1))
	return v
}

func (u *tileUnitAVX2) plus(x, y frameValue) frameValue {
	lo, hi := u.halves(x)
	VADDPS(u.half(y, 0), lo, lo)
	VADDPS(u.half(y, 1), hi, hi)
	return u.keep(lo, hi)
}

func (u *tileUnitAVX2) minus(x, y frameValue) frameValue {
	lo, hi := u.halves(x)
	VSUBPS(u.half(y, 0), lo, lo)
	VSUBPS(u.half(y, 1), hi, hi)
	return u.keep(lo, hi)
}

// Controls of VPERM2F128, by the quarters of its result: of the first operand, of the
// second, or zeros.
const (
	lowOfFirst, highOfFirst, lowOfSecond, highOfSecond, zeros = 0, 1, 2, 3, 8
)

// quarters makes a half of two quarters.
func quarters(low, high int, first, second VecVirtual) VecVirtual {
	v := YMM()
	VPERM2F128(U8(high<<4|low), second, first, v)
	return v
}

// broughtAround is a half whose quarters come from the other end of a row.
func (u *tileUnitAVX2) broughtAround(v VecVirtual, field int) VecVirtual {
	moved := YMM()
	// Of a lane's number it reads the lowest two bits: the place in its quarter.
	VPERMILPS(u.half(u.around[field], 0), v, moved)
	VANDPS(u.half(u.around[field], 1), moved, moved)
	return moved
}

func (u *tileUnitAVX2) previous(v frameValue) frameValue {
	lo, hi := u.halves(v)
	if u.unitCols == 2 {
		return u.keep(quarters(zeros, lowOfFirst, lo, lo), quarters(zeros, lowOfFirst, hi, hi))
	}
	return u.keep(quarters(highOfSecond, lowOfFirst, lo, u.broughtAround(hi, lanesPrevious)), quarters(highOfFirst, lowOfSecond, lo, hi))
}

func (u *tileUnitAVX2) next(v frameValue) frameValue {
	lo, hi := u.halves(v)
	if u.unitCols == 2 {
		return u.keep(quarters(highOfFirst, zeros, lo, lo), quarters(highOfFirst, zeros, hi, hi))
	}
	return u.keep(quarters(highOfFirst, lowOfSecond, lo, hi), quarters(highOfFirst, lowOfSecond, hi, u.broughtAround(lo, lanesNext)))
}

// pixels is where half h of a row of pixels is, and a mask of those that exist.
func (u *tileUnitAVX2) pixels(base, rows Register, row, i, h int) (Mem, VecVirtual) {
	if u.unitCols == 2 {
		at := pixelEntry(row, i, h)
		return place(base, rows, at), u.mask(Mem{Base: rows, Disp: pixelMasks + 2*at + h})
	}
	at := pixelEntry(row, i, 0)
	return place(base, rows, at).Offset(halfBytes * h), u.mask(Mem{Base: rows, Disp: pixelMasks + 2*at + h})
}

func (u *tileUnitAVX2) images(src, rows Register, row int) [4]frameValue {
	v := u.newValues()
	for h := range 2 {
		loaded := make([]VecVirtual, 4)
		for i := range loaded {
			m, k := u.pixels(src, rows, row, i, h)
			loaded[i] = YMM()
			VMASKMOVPS(m, k, loaded[i])
		}
		for i, x := range transpose(loaded, YMM) {
			VMOVUPS(x, u.half(v[i], h))
		}
	}
	return v
}

func (u *tileUnitAVX2) newValues() (v [4]frameValue) {
	for i := range v {
		v[i] = u.newValue()
	}
	return v
}

func (u *tileUnitAVX2) storeImages(v [4]frameValue, dst, rows Register, row int) {
	for h := range 2 {
		for i, x := range u.turned(v, h) {
			m, k := u.pixels(dst, rows, row, i, h)
			u.storeChecked(x, k, m)
		}
	}
}

// turned exchanges the number of four values' half h with the number of an element in
// each quarter.
func (u *tileUnitAVX2) turned(v [4]frameValue, h int) []VecVirtual {
	halves := make([]VecVirtual, 4)
	for i := range halves {
		halves[i] = YMM()
		VMOVUPS(u.half(v[i], h), halves[i])
	}
	return transpose(halves, YMM)
}

// mapParts are the parts of rows i of lanes that lie apart, halves or quarters, the
// masks of their elements and where the half that has them would begin.
func (u *tileUnitAVX2) mapParts(base, rows Register, pair, i, h int, only ...int) (parts []Mem, masks []VecVirtual) {
	for quarter := 2 * h; quarter < 2*h+2; quarter++ {
		row, begin := h, 0
		if u.unitCols == 2 {
			row, begin = quarter%2, quarter%2*halfBytes/2
		} else if quarter%2 == 1 {
			continue
		}
		if len(only) > 0 && row != only[0] {
			continue
		}
		at := mapEntry(pair, i, quarter)
		parts = append(parts, place(base, rows, at).Offset(-begin))
		masks = append(masks, u.mask(Mem{Base: rows, Disp: mapMasks + 2*at + h}))
	}
	return parts, masks
}

func (u *tileUnitAVX2) maps(src, rows Register, pair int, only ...int) [4]frameValue {
	v := u.newValues()
	for i := range v {
		var loaded [2]VecVirtual
		for h := range loaded {
			loaded[h] = YMM()
			parts, masks := u.mapParts(src, rows, pair, i, h, only...)
			switch len(parts) {
			case 0:
				VXORPS(loaded[h], loaded[h], loaded[h])
			case 1:
				VMASKMOVPS(parts[0], masks[0], loaded[h])
			case 2:
				second := YMM()
				VMASKMOVPS(parts[0], masks[0], loaded[h])
				VMASKMOVPS(parts[1], masks[1], second)
				VORPS(second, loaded[h], loaded[h])
			}
		}
		lo, hi := u.paired(loaded[0], loaded[1])
		VMOVUPS(lo, u.half(v[i], 0))
		VMOVUPS(hi, u.half(v[i], 1))
	}
	for h := range 2 {
		for i, x := range u.turned(v, h) {
			VMOVUPS(x, u.half(v[i], h))
		}
	}
	return v
}

// paired puts pairs of elements in the order of tiles, both rows of one after each
// other.
func (u *tileUnitAVX2) paired(lo, hi VecVirtual) (VecVirtual, VecVirtual) {
	if u.unitCols == 2 {
		return swapMiddle(lo), swapMiddle(hi)
	}
	even, odd := YMM(), YMM()
	VUNPCKLPD(hi, lo, even)
	VUNPCKHPD(hi, lo, odd)
	return quarters(lowOfFirst, lowOfSecond, even, odd), quarters(highOfFirst, highOfSecond, even, odd)
}

// unpaired is the inverse.
func (u *tileUnitAVX2) unpaired(lo, hi VecVirtual) [2]VecVirtual {
	if u.unitCols == 2 {
		return [2]VecVirtual{swapMiddle(lo), swapMiddle(hi)}
	}
	even, odd := quarters(lowOfFirst, lowOfSecond, lo, hi), quarters(highOfFirst, highOfSecond, lo, hi)
	first, second := YMM(), YMM()
	VUNPCKLPD(odd, even, first)
	VUNPCKHPD(odd, even, second)
	return [2]VecVirtual{first, second}
}

// swapMiddle exchanges the middle ones of four pairs.
func swapMiddle(v VecVirtual) VecVirtual {
	swapped := YMM()
	VPERMPD(U8(0b11_01_10_00), v, swapped)
	return swapped
}

func (u *tileUnitAVX2) storeMaps(v [4]frameValue, dst, rows Register) {
	for h := range 2 {
		for i, x := range u.turned(v, h) {
			VMOVUPS(x, u.half(v[i], h))
		}
	}
	for i := range v {
		lo, hi := u.halves(v[i])
		for h, x := range u.unpaired(lo, hi) {
			parts, masks := u.mapParts(dst, rows, 0, i, h)
			for part := range parts {
				u.storeChecked(x, masks[part], parts[part])
			}
		}
	}
}

// storeChecked checks and stores the lanes that a mask has.
func (u *tileUnitAVX2) storeChecked(v, mask VecVirtual, m Mem) {
	difference := YMM()
	VSUBPS(v, v, difference) // 0, or NaN
	VANDPS(mask, difference, difference)
	VORPS(difference, u.found, u.found)
	VMASKMOVPS(v, mask, m)
}

func (u *tileUnitAVX2) load(src, edge, places Register, a, b, entry int) frameValue {
	base := src
	if a == 2 || b == 2 {
		base = edge
	}
	m := place(base, places, entry)
	lo, hi := YMM(), YMM()
	VMOVUPS(m, lo)
	VMOVUPS(m.Offset(halfBytes), hi)
	if a == 2 { // lanes 4q, 4q+1, 4q+2 are 3q, 3q+1, 3q+2
		whole := u.label("whole")
		TESTQ(u.whole, u.whole)
		JZ(LabelRef(whole))
		VMOVUPS(m, lo.AsX())
		VINSERTF128(U8(1), m.Offset(12), lo, lo)
		VMOVUPS(m.Offset(24), hi.AsX())
		VINSERTF128(U8(1), m.Offset(36), hi, hi)
		Label(whole)
	}
	return u.keep(lo, hi)
}

// label returns a name for a label that the routine does not have.
func (u *tileUnitAVX2) label(name string) string {
	u.labels++
	return fmt.Sprint(name, u.labels)
}

func (u *tileUnitAVX2) loadAll(src, places Register, entry int) frameValue {
	m := place(src, places, entry)
	lo, hi := YMM(), YMM()
	VMOVUPS(m, lo)
	VMOVUPS(m.Offset(halfBytes), hi)
	return u.keep(lo, hi)
}

func (u *tileUnitAVX2) store(v frameValue, dst, edge, places Register, a, b, entry int) {
	lo, hi := u.halves(v)
	if a < 2 && b < 2 {
		u.storeHalves(lo, hi, place(dst, places, entry))
		return
	}
	m := place(edge, places, entry)
	whole, done := u.label("whole"), u.label("done")
	TESTQ(u.whole, u.whole)
	JZ(LabelRef(whole))
	if a == 2 { // see load
		quarter := XMM()
		VMOVUPS(lo.AsX(), m)
		VEXTRACTF128(U8(1), lo, quarter)
		VMOVUPS(quarter, m.Offset(12))
		VMOVUPS(hi.AsX(), m.Offset(24))
		VEXTRACTF128(U8(1), hi, quarter)
		VMOVLPS(quarter, m.Offset(36))
		VEXTRACTPS(U8(2), quarter, m.Offset(44))
	} else {
		VMOVUPS(lo, m)
		VMOVUPS(hi.AsX(), m.Offset(halfBytes))
	}
	JMP(LabelRef(done))
	Label(whole)
	u.storeHalves(lo, hi, m)
	Label(done)
}

func (u *tileUnitAVX2) storeHalves(lo, hi VecVirtual, m Mem) {
	VMOVUPS(lo, m)
	ADDQ(u.apart, m.Index)
	VMOVUPS(hi, m)
}

func (u *tileUnitAVX2) storeKernels(elements [16]frameValue, dst Register) {
	for h := range 2 { // of the kernels
		for half := range 2 { // of their elements
			v := make([]VecVirtual, 8)
			for i := range v {
				v[i] = YMM()
				VMOVUPS(u.half(elements[8*half+i], h), v[i])
			}
			for i, x := range transpose(v, YMM) {
				VMOVUPS(x, Mem{Base: dst, Disp: (8*h+i)*valueBytes + half*halfBytes})
				VSUBPS(x, x, x)
				VORPS(x, u.found, u.found)
			}
		}
	}
}

func (u *tileUnitAVX2) bad() Register {
	zero, lanes := YMM(), GP32()
	VXORPS(zero, zero, zero)
	VPCMPEQD(zero, u.found, zero)
	VMOVMSKPS(zero, lanes)
	XORL(U8(0xff), lanes)
	return lanes
}
