package main

import (
	"maps"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The routines here carry images, maps and kernels to the tiles of Winograd's
// minimal filtering and back; ../../winograd.go tells what they are for, and has
// the tables that they read. A vector has an element of 16 tiles: lane 4q+i is
// element q of what the table calls row i.
//
// Places of vectors are read from tables too, in bytes. Tiles at the far edges
// may have no use for the third of three positions: what is told apart as edge
// then is packed more closely.

// Offsets of the fields of laneOrder, pixelRows and mapRows in bytes; a test
// compares them with the structures.
const (
	lanesPrevious, lanesNext, lanesPack, lanesUnpack = 0, 64, 128, 192
	lanesPairs, lanesUnpairs                         = 256, 320
	lanesHasPrevious, lanesHasNext, lanesOfEdge      = 384, 386, 388

	pixelMasks = 6 * 4 * 2 * 8 // offsets come first
	mapMasks   = 2 * 4 * 4 * 8 // likewise
)

// pixelEntry and mapEntry number the elements of a table's arrays.
func pixelEntry(row, i, half int) int   { return (row*4+i)*2 + half }
func mapEntry(pair, i, quarter int) int { return (pair*4+i)*4 + quarter }

// Signatures of routines that carry images or maps to tiles and back.
const (
	spreadSignature = "func(dst, edge, src *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep int)"
	gatherSignature = "func(dst, src, edge *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep int) uint32"
)

// winograd writes them all, for AVX-512.
func winograd() {
	for _, unitCols := range []int{2, 4} {
		tilesOfImages(unitCols)
		imagesOfTiles(unitCols)
		tilesOfMaps(unitCols)
		for phase := range 2 {
			windowsOfMaps(phase, unitCols)
		}
		mapsOfTiles(unitCols)
	}
	tilesOfKernels()
	kernelsOfTiles()
}

// pointer loads a parameter.
func pointer(name string) Register { return Load(Param(name), GP64()) }

// order loads permutations of lanes, by the offset of their fields.
func order(lanes Register, fields ...int) []VecVirtual {
	v := make([]VecVirtual, len(fields))
	for i, field := range fields {
		v[i] = ZMM()
		VMOVUPS(Mem{Base: lanes, Disp: field}, v[i])
	}
	return v
}

// mask loads a mask.
func mask(m Mem) OpmaskVirtual {
	k := K()
	KMOVW(m, k)
	return k
}

// place is the memory that entry i of a table of places tells, from base on.
func place(base, places Register, i int) Mem {
	at := GP64()
	MOVQ(Mem{Base: places, Disp: 8 * i}, at)
	return Mem{Base: base, Index: at, Scale: 1}
}

// turn exchanges the number of a vector of four with the number of an element in
// each quarter.
func turn(v []VecVirtual) []VecVirtual { return transpose(v, ZMM)[:4] }

// function makes an instruction of two operands a function.
func function(do func(...Op)) func(x, y VecVirtual) VecVirtual {
	return func(x, y VecVirtual) VecVirtual {
		v := ZMM()
		do(y, x, v)
		return v
	}
}

var (
	plus  = function(func(ops ...Op) { VADDPS(ops...) })
	minus = function(func(ops ...Op) { VSUBPS(ops...) })
)

// loadImages loads 16 pixels for each of four rows of tiles: two halves where a
// unit has 2 tiles across.
func loadImages(src, rows Register, row, unitCols int) []VecVirtual {
	v := make([]VecVirtual, 4)
	for i := range v {
		v[i] = ZMM()
		for half := range 4 / unitCols {
			at := pixelEntry(row, i, half)
			m, k := place(src, rows, at), mask(Mem{Base: rows, Disp: pixelMasks + 2*at})
			if half == 0 {
				VMOVUPS_Z(m, k, v[i])
			} else {
				VBROADCASTF32X8(m, k, v[i])
			}
		}
	}
	return v
}

// loadMaps loads a pair of rows of each of 16 tiles, or the one of them that only
// tells: elements (0,0), (0,1), (1,0), (1,1). Rows are halves where a unit has more
// than two tiles across, else they are quarters.
func loadMaps(src, rows Register, pair, unitCols int, pairs VecVirtual, only ...int) []VecVirtual {
	v := make([]VecVirtual, 4)
	for i := range v {
		loaded := ZMM()
		first := true
		for quarter := range 4 {
			row := quarter / 2
			if unitCols == 2 {
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
			case unitCols == 2 && first:
				VBROADCASTF32X4_Z(m, k, loaded)
			case unitCols == 2:
				VBROADCASTF32X4(m, k, loaded)
			case first:
				VBROADCASTF32X8_Z(m, k, loaded)
			default:
				VBROADCASTF32X8(m, k, loaded)
			}
			first = false
		}
		v[i] = ZMM()
		VPERMPD(loaded, pairs, v[i])
	}
	return turn(v)
}

// shifted moves lanes; those without a source become zero.
func shifted(v, order VecVirtual, k OpmaskVirtual) VecVirtual {
	moved := ZMM()
	VPERMPS_Z(v, order, k, moved)
	return moved
}

// data transforms three neighbours: d0−d1, d1, d2−d1.
func data(d0, d1, d2 VecVirtual) [3]VecVirtual {
	return [3]VecVirtual{minus(d0, d1), d1, minus(d2, d1)}
}

// layout is where transformed tiles go.
type layout struct {
	dst, edge, places Register
	pack              VecVirtual
	ofEdge            OpmaskVirtual
}

// newLayout reads the parameters that tell it.
func newLayout(lanes Register) *layout {
	return &layout{pointer("dst"), pointer("edge"), pointer("places"), order(lanes, lanesPack)[0], mask(Mem{Base: lanes, Disp: lanesOfEdge})}
}

// storeData transforms three rows, transformed along themselves for both phases of
// columns, and stores them. A table has a place for each of a, b and phase.
func (l *layout) storeData(rows [3][2][3]VecVirtual, entry func(a, b, phase int) int) {
	for phase := range 2 {
		for b := range 3 {
			for a, v := range data(rows[0][phase][b], rows[1][phase][b], rows[2][phase][b]) {
				l.store(v, a, b, entry(a, b, phase))
			}
		}
	}
}

// store stores position (a,b) of tiles.
func (l *layout) store(v VecVirtual, a, b, entry int) {
	if a == 2 {
		packed := ZMM()
		VPERMPS(v, l.pack, packed)
		v = packed
	}
	if a == 2 || b == 2 {
		VMOVUPS(v, l.ofEdge, place(l.edge, l.places, entry))
	} else {
		VMOVUPS(v, place(l.dst, l.places, entry))
	}
}

// loop repeats body count times, advancing pointers by parameters that count
// elements, and returns.
func loop(pointers map[string]Register, body func()) {
	repeat(pointers, body)
	VZEROUPPER()
	RET()
}

// repeat is loop without the end of the routine.
func repeat(pointers map[string]Register, body func()) {
	left := pointer("count")
	steps := map[string]Register{}
	for _, name := range slices.Sorted(maps.Keys(pointers)) {
		steps[name] = loadBytes(name)
	}
	Label("next")
	body()
	for _, name := range slices.Sorted(maps.Keys(pointers)) {
		ADDQ(steps[name], pointers[name])
	}
	DECQ(left)
	JNZ(LabelRef("next"))
}

// loopChecked is loop for a body that collects in bad what is not finite. The routine
// returns bad.
func loopChecked(pointers map[string]Register, body func(bad OpmaskVirtual)) {
	bad := K()
	KXORW(bad, bad, bad)
	repeat(pointers, func() { body(bad) })
	lanes := GP32()
	KMOVW(bad, lanes)
	Store(lanes, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// check adds to bad the lanes of v, of those in k, that are infinite or no number.
func check(v VecVirtual, k, bad OpmaskVirtual) {
	found := K()
	VFPCLASSPSZ(notFinite, v, k, found)
	KORW(found, bad, bad)
}

// ofUnit ends the name of a routine for units of 2 tiles across, or of more: 4 stands
// for 8 and 16 too.
func ofUnit(unitCols int) string { return map[int]string{2: "Narrow", 4: "Wide"}[unitCols] }

func tilesOfImages(unitCols int) {
	name := "tilesOfImages" + ofUnit(unitCols)
	TEXT(name, NOSPLIT, spreadSignature)
	Doc(
		name+" transforms what 16 tiles meet of an image in each of count channels: 36",
		"vectors, for positions (a,b) and phases of rows and columns, in this order.",
	)
	Pragma("noescape")
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	l := newLayout(lanes)
	o := order(lanes, lanesPrevious, lanesNext)
	hasPrevious, hasNext := mask(Mem{Base: lanes, Disp: lanesHasPrevious}), mask(Mem{Base: lanes, Disp: lanesHasNext})
	loop(map[string]Register{"dstStep": l.dst, "edgeStep": l.edge, "srcStep": src}, func() {
		for rowPhase := range 2 {
			var d [3][2][3]VecVirtual
			for a := range d {
				q := turn(loadImages(src, rows, 2*a+rowPhase, unitCols))
				d[a][0] = data(shifted(q[3], o[0], hasPrevious), q[1], q[3])
				d[a][1] = data(q[0], q[2], shifted(q[0], o[1], hasNext))
			}
			l.storeData(d, func(a, b, phase int) int { return (3*a+b)*4 + 2*rowPhase + phase })
		}
	})
}

func windowsOfMaps(phase, unitCols int) {
	name := [2]string{"windowsOfMapsBelow", "windowsOfMapsAbove"}[phase] + ofUnit(unitCols)
	TEXT(name, NOSPLIT, spreadSignature)
	Doc(
		name+" transforms what 16 tiles of one phase of rows meet of a map in each of",
		"count channels: 18 vectors, for positions (a,b) and phases of columns, in this order.",
	)
	Pragma("noescape")
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	l := newLayout(lanes)
	o := order(lanes, lanesPrevious, lanesNext, lanesPairs)
	hasPrevious, hasNext := mask(Mem{Base: lanes, Disp: lanesHasPrevious}), mask(Mem{Base: lanes, Disp: lanesHasNext})
	loop(map[string]Register{"dstStep": l.dst, "edgeStep": l.edge, "srcStep": src}, func() {
		transformed := func(left, right VecVirtual) (d [2][3]VecVirtual) {
			d[0] = data(left, right, shifted(left, o[1], hasNext))
			d[1] = data(shifted(right, o[0], hasPrevious), left, right)
			return d
		}
		inner := loadMaps(src, rows, 0, unitCols, o[2])
		upper, lower := transformed(inner[0], inner[1]), transformed(inner[2], inner[3])
		var d [3][2][3]VecVirtual
		if phase == 1 {
			above := loadMaps(src, rows, 1, unitCols, o[2], 0)
			d = [3][2][3]VecVirtual{transformed(above[0], above[1]), upper, lower}
		} else {
			below := loadMaps(src, rows, 1, unitCols, o[2], 1)
			d = [3][2][3]VecVirtual{upper, lower, transformed(below[2], below[3])}
		}
		l.storeData(d, func(a, b, phase int) int { return (3*a+b)*2 + phase })
	})
}

func tilesOfMaps(unitCols int) {
	name := "tilesOfMaps" + ofUnit(unitCols)
	TEXT(name, NOSPLIT, spreadSignature)
	Doc(
		name+" spreads 16 tiles of a map in each of count channels: 9 vectors, for positions",
		"(a,b).",
	)
	Pragma("noescape")
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	l := newLayout(lanes)
	pairs := order(lanes, lanesPairs)[0]
	loop(map[string]Register{"dstStep": l.dst, "edgeStep": l.edge, "srcStep": src}, func() {
		q := loadMaps(src, rows, 0, unitCols, pairs)
		for i, v := range spread([4]VecVirtual(q), plus) {
			l.store(v, i/3, i%3, i)
		}
	})
}

// spread makes positions (a,b) of elements (0,0), (0,1), (1,0), (1,1): sums of
// those that meet it.
func spread(g [4]VecVirtual, plus func(x, y VecVirtual) VecVirtual) [9]VecVirtual {
	upper, lower := plus(g[0], g[1]), plus(g[2], g[3])
	return [9]VecVirtual{
		g[0], upper, g[1],
		plus(g[0], g[2]), plus(upper, lower), plus(g[1], g[3]),
		g[2], lower, g[3],
	}
}

// gathered is the transposition of spread: elements (0,0), (0,1), (1,0), (1,1) out
// of the positions' results, which load reads.
func gathered(load func(a, b int) VecVirtual) [4]VecVirtual {
	var rows [3][2]VecVirtual
	for a := range rows {
		middle := load(a, 1)
		rows[a] = [2]VecVirtual{plus(load(a, 0), middle), plus(middle, load(a, 2))}
	}
	return [4]VecVirtual{
		plus(rows[0][0], rows[1][0]), plus(rows[0][1], rows[1][1]),
		plus(rows[1][0], rows[2][0]), plus(rows[1][1], rows[2][1]),
	}
}

// loadTile is the inverse of layout.store.
func loadTile(unpack VecVirtual, src, edge, places Register, a, b, entry int) VecVirtual {
	base := src
	if a == 2 || b == 2 {
		base = edge
	}
	v := ZMM()
	if a == 2 {
		VPERMPS(place(base, places, entry), unpack, v)
	} else {
		VMOVUPS(place(base, places, entry), v)
	}
	return v
}

func mapsOfTiles(unitCols int) {
	name := "mapsOfTiles" + ofUnit(unitCols)
	TEXT(name, NOSPLIT, gatherSignature)
	Doc(
		name+" writes 16 tiles of a map in each of count channels out of the positions' results.",
		"It returns 0 if all that it writes is finite.",
	)
	Pragma("noescape")
	dst, src, edge, rows, lanes, places := pointer("dst"), pointer("src"), pointer("edge"), pointer("rows"), pointer("lanes"), pointer("places")
	o := order(lanes, lanesUnpack, lanesUnpairs)
	loopChecked(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func(bad OpmaskVirtual) {
		sums := gathered(func(a, b int) VecVirtual { return loadTile(o[0], src, edge, places, a, b, 3*a+b) })
		for i, v := range turn(sums[:]) {
			paired := ZMM()
			VPERMPD(v, o[1], paired)
			parts := 4
			if unitCols > 2 {
				parts = 2
			}
			for part := range parts {
				at := mapEntry(0, i, part*4/parts)
				storePart(paired, part, parts, place(dst, rows, at), mask(Mem{Base: rows, Disp: mapMasks + 2*at}), bad)
			}
		}
	})
}

// storePart checks and stores the elements of one of some parts of a vector that its
// mask has.
func storePart(v VecVirtual, part, parts int, m Mem, k, bad OpmaskVirtual) {
	check(v, k, bad)
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

func imagesOfTiles(unitCols int) {
	name := "imagesOfTiles" + ofUnit(unitCols)
	TEXT(name, NOSPLIT, gatherSignature)
	Doc(
		name+" writes two rows of pixels for every row of 16 tiles of an image, in each of",
		"count channels, out of the results for positions and phases of columns: rows 0 and 2 of",
		"the table. It returns 0 if all that it writes is finite.",
	)
	Pragma("noescape")
	dst, src, edge, rows, lanes, places := pointer("dst"), pointer("src"), pointer("edge"), pointer("rows"), pointer("lanes"), pointer("places")
	o := order(lanes, lanesUnpack)
	loopChecked(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func(bad OpmaskVirtual) {
		var sums [2][4]VecVirtual
		for phase := range sums {
			sums[phase] = gathered(func(a, b int) VecVirtual {
				return loadTile(o[0], src, edge, places, a, b, (3*a+b)*2+phase)
			})
		}
		for a := range 2 {
			pixels := turn([]VecVirtual{sums[1][2*a], sums[0][2*a], sums[1][2*a+1], sums[0][2*a+1]})
			for i, v := range pixels {
				for half := range 4 / unitCols {
					at := pixelEntry(2*a, i, half)
					storePart(v, half, 4/unitCols, place(dst, rows, at), mask(Mem{Base: rows, Disp: pixelMasks + 2*at}), bad)
				}
			}
		}
	})
}

func tilesOfKernels() {
	TEXT("tilesOfKernels", NOSPLIT, "func(dst, src *float32, taps, places *int, count, dstStep, srcStep int)")
	Doc(
		"tilesOfKernels spreads kernels of 2×2 for eight outputs and each of count channels.",
		"Elements (0,0), (0,1), (1,0), (1,1) are rows whose places taps tells.",
	)
	Pragma("noescape")
	dst, src, taps, places := pointer("dst"), pointer("src"), pointer("taps"), pointer("places")
	loop(map[string]Register{"dstStep": dst, "srcStep": src}, func() {
		var g [4]VecVirtual
		for i := range g {
			g[i] = YMM()
			VMOVUPS(place(src, taps, i), g[i])
		}
		sum := func(x, y VecVirtual) VecVirtual {
			v := YMM()
			VADDPS(y, x, v)
			return v
		}
		for i, v := range spread(g, sum) {
			VMOVUPS(v, place(dst, places, i))
		}
	})
}

func kernelsOfTiles() {
	TEXT("kernelsOfTiles", NOSPLIT, "func(dst, src *float32, places *int, count, dstStep, srcStep int) uint32")
	Doc(
		"kernelsOfTiles writes kernels of 4×4 for count groups of 16 channels out of the results",
		"for positions (a,b) and phases of rows and columns, which have a vector each. It returns",
		"0 if all that it writes is finite.",
	)
	Pragma("noescape")
	dst, src, places := pointer("dst"), pointer("src"), pointer("places")
	loopChecked(map[string]Register{"dstStep": dst, "srcStep": src}, func(bad OpmaskVirtual) {
		elements := make([]VecVirtual, 16)
		for phase := range 4 {
			sums := gathered(func(a, b int) VecVirtual {
				v := ZMM()
				VMOVUPS(place(src, places, (3*a+b)*4+phase), v)
				return v
			})
			for i, v := range sums {
				row, col := 2*(i/2)+phase/2, 2*(i%2)+phase%2
				elements[4*row+col] = v
			}
		}
		all := K()
		KXNORW(all, all, all)
		for i, v := range transpose(elements, ZMM) {
			check(v, all, bad)
			VMOVUPS(v, Mem{Base: dst, Disp: 64 * i})
		}
	})
}
