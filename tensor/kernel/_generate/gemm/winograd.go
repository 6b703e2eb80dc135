package main

import (
	"maps"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The routines here carry images, maps and kernels to the tiles of Winograd's
// minimal filtering and back; ../../winograd.go tells what they are for, and has
// the tables that they read. A value is an element of 16 tiles: lane 4q+i is
// element q of what the table calls row i.
//
// Places of values are read from tables too, in bytes. Tiles at the far edges
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
	spreadSignature = "func(dst, edge, src *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep, half int)"
	gatherSignature = "func(dst, src, edge *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep int) uint32"
)

// tileUnit is what an instruction set does with values of type V.
type tileUnit[V any] interface {
	// begin is called for each routine. Units have 2 tiles across or more, for which 4
	// stands; fields are those of laneOrder that the routine needs.
	begin(unitCols int, lanes Register, fields ...int)

	// forget ends the use of all values.
	forget()

	plus(x, y V) V
	minus(x, y V) V

	// previous and next move values to the next and to the previous tile of a row;
	// those without such a neighbour become zero.
	previous(v V) V
	next(v V) V

	// images loads four pixels of a row of each tile.
	images(src, rows Register, row int) [4]V
	storeImages(v [4]V, dst, rows Register, row int)

	// maps loads a pair of rows of each tile, or the one of them that only tells:
	// elements (0,0), (0,1), (1,0), (1,1).
	maps(src, rows Register, pair int, only ...int) [4]V
	storeMaps(v [4]V, dst, rows Register)

	// load loads position (a,b) of tiles from the place that an entry tells; loadAll
	// what no position packs.
	load(src, edge, places Register, a, b, entry int) V
	loadAll(src, places Register, entry int) V
	store(v V, dst, edge, places Register, a, b, entry int)

	// storeKernels stores 16 elements of 16 kernels.
	storeKernels(elements [16]V, dst Register)

	// bad is not 0 if something that the routine has stored, but for tiles, is not finite.
	bad() Register
}

// filter is an instruction set's routines, on values of type V.
type filter[V any] struct {
	tileUnit[V]
	set        string
	attributes attr.Attribute
	outputs    func() VecVirtual // as many as tiles of products are high
}

// write writes them all.
func (f *filter[V]) write() {
	for _, unitCols := range []int{2, 4} {
		f.tilesOfImages(unitCols)
		f.imagesOfTiles(unitCols)
		f.tilesOfMaps(unitCols)
		for phase := range 2 {
			f.windowsOfMaps(phase, unitCols)
		}
		f.mapsOfTiles(unitCols)
	}
	f.tilesOfKernels()
	f.kernelsOfTiles()
}

// text begins a routine.
func (f *filter[V]) text(name, signature string, doc ...string) {
	name += f.set
	TEXT(name, f.attributes, signature)
	doc[0] = name + " " + doc[0]
	Doc(doc...)
	Pragma("noescape")
}

// ofUnit ends the name of a routine for units of 2 tiles across, or of more.
func ofUnit(unitCols int) string { return map[int]string{2: "Narrow", 4: "Wide"}[unitCols] }

// pointer loads a parameter.
func pointer(name string) Register { return Load(Param(name), GP64()) }

// place is the memory that entry i of a table of places tells, from base on.
func place(base, places Register, i int) Mem {
	at := GP64()
	MOVQ(Mem{Base: places, Disp: 8 * i}, at)
	return Mem{Base: base, Index: at, Scale: 1}
}

// loop repeats body count times, advancing pointers by parameters that count
// elements.
func loop(pointers map[string]Register, body func()) {
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

// end ends a routine.
func end() {
	VZEROUPPER()
	RET()
}

// endChecked ends a routine that tells whether all is finite.
func (f *filter[V]) endChecked() {
	Store(f.bad(), ReturnIndex(0))
	end()
}

// data transforms three neighbours: d0−d1, d1, d2−d1.
func (f *filter[V]) data(d0, d1, d2 V) [3]V {
	return [3]V{f.minus(d0, d1), d1, f.minus(d2, d1)}
}

// storeData transforms three rows, transformed along themselves for both phases of
// columns, and stores them. A table has a place for each of a, b and phase.
func (f *filter[V]) storeData(rows [3][2][3]V, dst, edge, places Register, entry func(a, b, phase int) int) {
	for phase := range 2 {
		for b := range 3 {
			for a, v := range f.data(rows[0][phase][b], rows[1][phase][b], rows[2][phase][b]) {
				f.store(v, dst, edge, places, a, b, entry(a, b, phase))
			}
		}
	}
}

func (f *filter[V]) tilesOfImages(unitCols int) {
	f.text("tilesOfImages"+ofUnit(unitCols), spreadSignature,
		"transforms what 16 tiles meet of an image in each of count channels: 36",
		"vectors, for positions (a,b) and phases of rows and columns, in this order.",
	)
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	dst, edge, places := pointer("dst"), pointer("edge"), pointer("places")
	f.begin(unitCols, lanes, lanesPack, lanesPrevious, lanesNext)
	loop(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func() {
		for rowPhase := range 2 {
			var d [3][2][3]V
			for a := range d {
				q := f.images(src, rows, 2*a+rowPhase)
				d[a][0] = f.data(f.previous(q[3]), q[1], q[3])
				d[a][1] = f.data(q[0], q[2], f.next(q[0]))
			}
			f.storeData(d, dst, edge, places, func(a, b, phase int) int { return (3*a+b)*4 + 2*rowPhase + phase })
			f.forget()
		}
	})
	end()
}

func (f *filter[V]) windowsOfMaps(phase, unitCols int) {
	f.text([2]string{"windowsOfMapsBelow", "windowsOfMapsAbove"}[phase]+ofUnit(unitCols), spreadSignature,
		"transforms what 16 tiles of one phase of rows meet of a map in each of",
		"count channels: 18 vectors, for positions (a,b) and phases of columns, in this order.",
	)
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	dst, edge, places := pointer("dst"), pointer("edge"), pointer("places")
	f.begin(unitCols, lanes, lanesPack, lanesPrevious, lanesNext, lanesPairs)
	loop(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func() {
		transformed := func(left, right V) (d [2][3]V) {
			d[0] = f.data(left, right, f.next(left))
			d[1] = f.data(f.previous(right), left, right)
			return d
		}
		inner := f.maps(src, rows, 0)
		upper, lower := transformed(inner[0], inner[1]), transformed(inner[2], inner[3])
		var d [3][2][3]V
		if phase == 1 {
			above := f.maps(src, rows, 1, 0)
			d = [3][2][3]V{transformed(above[0], above[1]), upper, lower}
		} else {
			below := f.maps(src, rows, 1, 1)
			d = [3][2][3]V{upper, lower, transformed(below[2], below[3])}
		}
		f.storeData(d, dst, edge, places, func(a, b, phase int) int { return (3*a+b)*2 + phase })
		f.forget()
	})
	end()
}

func (f *filter[V]) tilesOfMaps(unitCols int) {
	f.text("tilesOfMaps"+ofUnit(unitCols), spreadSignature,
		"spreads 16 tiles of a map in each of count channels: 9 vectors, for positions",
		"(a,b).",
	)
	src, rows, lanes := pointer("src"), pointer("rows"), pointer("lanes")
	dst, edge, places := pointer("dst"), pointer("edge"), pointer("places")
	f.begin(unitCols, lanes, lanesPack, lanesPairs)
	loop(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func() {
		for i, v := range spread(f.maps(src, rows, 0), f.plus) {
			f.store(v, dst, edge, places, i/3, i%3, i)
		}
		f.forget()
	})
	end()
}

// spread makes positions (a,b) of elements (0,0), (0,1), (1,0), (1,1): sums of
// those that meet it.
func spread[V any](g [4]V, plus func(x, y V) V) [9]V {
	upper, lower := plus(g[0], g[1]), plus(g[2], g[3])
	return [9]V{
		g[0], upper, g[1],
		plus(g[0], g[2]), plus(upper, lower), plus(g[1], g[3]),
		g[2], lower, g[3],
	}
}

// gathered is the transposition of spread: elements (0,0), (0,1), (1,0), (1,1) out
// of the positions' results, which load reads.
func (f *filter[V]) gathered(load func(a, b int) V) [4]V {
	var rows [3][2]V
	for a := range rows {
		middle := load(a, 1)
		rows[a] = [2]V{f.plus(load(a, 0), middle), f.plus(middle, load(a, 2))}
	}
	return [4]V{
		f.plus(rows[0][0], rows[1][0]), f.plus(rows[0][1], rows[1][1]),
		f.plus(rows[1][0], rows[2][0]), f.plus(rows[1][1], rows[2][1]),
	}
}

func (f *filter[V]) mapsOfTiles(unitCols int) {
	f.text("mapsOfTiles"+ofUnit(unitCols), gatherSignature,
		"writes 16 tiles of a map in each of count channels out of the positions' results.",
		"It returns 0 if all that it writes is finite.",
	)
	dst, src, edge, rows, lanes, places := pointer("dst"), pointer("src"), pointer("edge"), pointer("rows"), pointer("lanes"), pointer("places")
	f.begin(unitCols, lanes, lanesUnpack, lanesUnpairs)
	loop(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func() {
		sums := f.gathered(func(a, b int) V { return f.load(src, edge, places, a, b, 3*a+b) })
		f.storeMaps(sums, dst, rows)
		f.forget()
	})
	f.endChecked()
}

func (f *filter[V]) imagesOfTiles(unitCols int) {
	f.text("imagesOfTiles"+ofUnit(unitCols), gatherSignature,
		"writes two rows of pixels for every row of 16 tiles of an image, in each of",
		"count channels, out of the results for positions and phases of columns: rows 0 and 2 of",
		"the table. It returns 0 if all that it writes is finite.",
	)
	dst, src, edge, rows, lanes, places := pointer("dst"), pointer("src"), pointer("edge"), pointer("rows"), pointer("lanes"), pointer("places")
	f.begin(unitCols, lanes, lanesUnpack)
	loop(map[string]Register{"dstStep": dst, "edgeStep": edge, "srcStep": src}, func() {
		var sums [2][4]V
		for phase := range sums {
			sums[phase] = f.gathered(func(a, b int) V { return f.load(src, edge, places, a, b, (3*a+b)*2+phase) })
		}
		for a := range 2 {
			f.storeImages([4]V{sums[1][2*a], sums[0][2*a], sums[1][2*a+1], sums[0][2*a+1]}, dst, rows, 2*a)
		}
		f.forget()
	})
	f.endChecked()
}

func (f *filter[V]) tilesOfKernels() {
	f.text("tilesOfKernels", "func(dst, src *float32, taps, places *int, count, dstStep, srcStep int)",
		"spreads kernels of 2×2 for as many outputs as tiles of products are high and",
		"each of count channels. Elements (0,0), (0,1), (1,0), (1,1) are rows whose places",
		"taps tells.",
	)
	dst, src, taps, places := pointer("dst"), pointer("src"), pointer("taps"), pointer("places")
	loop(map[string]Register{"dstStep": dst, "srcStep": src}, func() {
		var g [4]VecVirtual
		for i := range g {
			g[i] = f.outputs()
			VMOVUPS(place(src, taps, i), g[i])
		}
		plus := func(x, y VecVirtual) VecVirtual {
			v := f.outputs()
			VADDPS(y, x, v)
			return v
		}
		for i, v := range spread(g, plus) {
			VMOVUPS(v, place(dst, places, i))
		}
	})
	end()
}

func (f *filter[V]) kernelsOfTiles() {
	f.text("kernelsOfTiles", "func(dst, src *float32, places *int, count, dstStep, srcStep int) uint32",
		"writes kernels of 4×4 for count groups of 16 channels out of the results",
		"for positions (a,b) and phases of rows and columns, which have a vector each. It returns",
		"0 if all that it writes is finite.",
	)
	dst, src, places := pointer("dst"), pointer("src"), pointer("places")
	f.begin(4, nil)
	loop(map[string]Register{"dstStep": dst, "srcStep": src}, func() {
		var elements [16]V
		for phase := range 4 {
			sums := f.gathered(func(a, b int) V { return f.loadAll(src, places, (3*a+b)*4+phase) })
			for i, v := range sums {
				row, col := 2*(i/2)+phase/2, 2*(i%2)+phase%2
				elements[4*row+col] = v
			}
		}
		f.storeKernels(elements, dst)
		f.forget()
	})
	f.endChecked()
}
