package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileUnitAVX512 has values in registers, one each.
type tileUnitAVX512 struct {
	unitCols int
	orders   map[int]VecVirtual    // by field of laneOrder
	masks    map[int]OpmaskVirtual // likewise
	found    OpmaskVirtual         // lanes that were not finite
}

func newFilterAVX512() *filter[VecVirtual] {
	return &filter[VecVirtual]{tileUnit: &tileUnitAVX512{}, set: "AVX512", attributes: NOSPLIT, outputs: YMM}
}

func (u *tileUnitAVX512) begin(unitCols int, lanes Register, fields ...int) {
	*u = tileUnitAVX512{unitCols: unitCols, orders: map[int]VecVirtual{}, masks: map[int]OpmaskVirtual{}}
	for _, field := range fields {
		u.orders[field] = ZMM()
		VMOVUPS(Mem{Base: lanes, Disp: field}, u.orders[field])
		if of, ok := map[int]int{lanesPrevious: lanesHasPrevious, lanesNext: lanesHasNext, lanesPack: lanesOfEdge}[field]; ok {
			u.masks[of] = mask(Mem{Base: lanes, Disp: of})
		}
	}
	u.found = K()
	KXORW(u.found, u.found, u.found)
}

func (u *tileUnitAVX512) forget() {}

// mask loads a mask.
func mask(m Mem) OpmaskVirtual {
	k := K()
	KMOVW(m, k)
	return k
}

func (u *tileUnitAVX512) plus(x, y VecVirtual) VecVirtual {
	v := ZMM()
	VADDPS(y, x, v)
	return v
}

func (u *tileUnitAVX512) minus(x, y VecVirtual) VecVirtual {
	v := ZMM()
	VSUBPS(y, x, v)
	return v
}

func (u *tileUnitAVX512) previous(v VecVirtual) VecVirtual {
	return u.shifted(v, lanesPrevious, lanesHasPrevious)
}

func (u *tileUnitAVX512) next(v VecVirtual) VecVirtual {
	return u.shifted(v, lanesNext, lanesHasNext)
}

// shifted moves lanes; those without a source become zero.
func (u *tileUnitAVX512) shifted(v VecVirtual, order, has int) VecVirtual {
	moved := ZMM()
	VPERMPS_Z(v, u.orders[order], u.masks[has], moved)
	return moved
}

// permuted moves lanes, or pairs of them.
func permuted(do func(...Op), v, order Op) VecVirtual {
	moved := ZMM()
	do(v, order, moved)
	return moved
}

// turn exchanges the number of a vector of four with the number of an element in
// each quarter.
func (u *tileUnitAVX512) turn(v [4]VecVirtual) [4]VecVirtual {
	return [4]VecVirtual(transpose(v[:], ZMM))
}

// images loads 16 pixels for each of four rows of tiles: two halves where a unit
// has 2 tiles across.
func (u *tileUnitAVX512) images(src, rows Register, row int) [4]VecVirtual {
	var v [4]VecVirtual
	for i := range v {
		v[i] = ZMM()
		for half := range 4 / u.unitCols {
			at := pixelEntry(row, i, half)
			m, k := place(src, rows, at), mask(Mem{Base: rows, Disp: pixelMasks + 2*at})
			if half == 0 {
				VMOVUPS_Z(m, k, v[i])
			} else {
				VBROADCASTF32X8(m, k, v[i])
			}
		}
	}
	return u.turn(v)
}

// maps loads rows as halves where a unit has more than two tiles across, else they
// are quarters.
func (u *tileUnitAVX512) maps(src, rows Register, pair int, only ...int) [4]VecVirtual {
	var v [4]VecVirtual
	for i := range v {
		loaded := ZMM()
		first := true
		for quarter := range 4 {
			row := quarter / 2
			if u.unitCols == 2 {
				row = quarter % 2
			} else if quarter%2 == 1 {
				continue
			}
			if len(only) > 0 && row != only[0] {
				continue
			}
			at := mapEntry(pair, i, quarter)
			m, k := place(src, rows, at), mask(Mem{Base: rows, Disp: mapMasks + 2*at})
			switch {
			case u.unitCols == 2 && first:
				VBROADCASTF32X4_Z(m, k, loaded)
			case u.unitCols == 2:
				VBROADCASTF32X4(m, k, loaded)
			case first:
				VBROADCASTF32X8_Z(m, k, loaded)
			default:
				VBROADCASTF32X8(m, k, loaded)
			}
			first = false
		}
		v[i] = permuted(func(ops ...Op) { VPERMPD(ops...) }, loaded, u.orders[lanesPairs])
	}
	return u.turn(v)
}

func (u *tileUnitAVX512) load(src, edge, places Register, a, b, entry int) VecVirtual {
	base := src
	if a == 2 || b == 2 {
		base = edge
	}
	if a < 2 {
		return u.loadAll(base, places, entry)
	}
	return permuted(func(ops ...Op) { VPERMPS(ops...) }, place(base, places, entry), u.orders[lanesUnpack])
}

func (u *tileUnitAVX512) loadAll(src, places Register, entry int) VecVirtual {
	v := ZMM()
	VMOVUPS(place(src, places, entry), v)
	return v
}

func (u *tileUnitAVX512) store(v VecVirtual, dst, edge, places Register, a, b, entry int) {
	if a == 2 {
		v = permuted(func(ops ...Op) { VPERMPS(ops...) }, v, u.orders[lanesPack])
	}
	if a == 2 || b == 2 {
		VMOVUPS(v, u.masks[lanesOfEdge], place(edge, places, entry))
	} else {
		VMOVUPS(v, place(dst, places, entry))
	}
}

func (u *tileUnitAVX512) storeImages(v [4]VecVirtual, dst, rows Register, row int) {
	for i, pixels := range u.turn(v) {
		for half := range 4 / u.unitCols {
			at := pixelEntry(row, i, half)
			u.storePart(pixels, half, 4/u.unitCols, place(dst, rows, at), mask(Mem{Base: rows, Disp: pixelMasks + 2*at}))
		}
	}
}

func (u *tileUnitAVX512) storeMaps(v [4]VecVirtual, dst, rows Register) {
	for i, elements := range u.turn(v) {
		paired := permuted(func(ops ...Op) { VPERMPD(ops...) }, elements, u.orders[lanesUnpairs])
		parts := 4
		if u.unitCols > 2 {
			parts = 2
		}
		for part := range parts {
			at := mapEntry(0, i, part*4/parts)
			u.storePart(paired, part, parts, place(dst, rows, at), mask(Mem{Base: rows, Disp: mapMasks + 2*at}))
		}
	}
}

// storePart checks and stores the elements of one of some parts of a vector that its
// mask has.
func (u *tileUnitAVX512) storePart(v VecVirtual, part, parts int, m Mem, k OpmaskVirtual) {
	u.check(v, k)
	if part > 0 {
		KSHIFTRW(U8(part*16/parts), k, k)
	}
	switch {
	case parts == 1:
		VMOVUPS(v, k, m)
	case part == 0 && parts == 2:
		VMOVUPS(v.AsY(), k, m)
	case part == 0:
		VMOVUPS(v.AsX(), k, m)
	case parts == 2:
		half := YMM()
		VEXTRACTF32X8(U8(part), v, half)
		VMOVUPS(half, k, m)
	default:
		quarter := XMM()
		VEXTRACTF32X4(U8(part), v, quarter)
		VMOVUPS(quarter, k, m)
	}
}

// check looks at the lanes of v that are in k.
func (u *tileUnitAVX512) check(v VecVirtual, k OpmaskVirtual) {
	bad := K()
	VFPCLASSPSZ(notFinite, v, k, bad)
	KORW(bad, u.found, u.found)
}

func (u *tileUnitAVX512) storeKernels(elements [16]VecVirtual, dst Register) {
	all := K()
	KXNORW(all, all, all)
	for i, v := range transpose(elements[:], ZMM) {
		u.check(v, all)
		VMOVUPS(v, Mem{Base: dst, Disp: 64 * i})
	}
}

func (u *tileUnitAVX512) bad() Register {
	lanes := GP32()
	KMOVW(u.found, lanes)
	return lanes
}
