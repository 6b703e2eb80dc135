package kernel

import "unsafe"

// tileSet is what one class of CPU brings to matrix multiplication: the
// kernels that compute a tile of C, whose sums live in registers, and the
// routines that pack full tiles of the operands.
type tileSet struct {
	lanes   int // columns of a vector
	vectors int // widest tile in vectors, at most maxVectors
	height  int // tallest tile in rows, a power of two, at most maxHeight

	// tiles[r][v-1] computes C = alpha·A·B + beta·C for tiles of 1<<r rows and v
	// vectors, the last one of tail columns, one below the other: A holds panels
	// of k × 1<<r, B one panel of k × v·lanes. When beta is 0, C is not read.
	tiles [log2Height + 1][maxVectors]tileFunc

	// packRows copies rows × (vectors−1 full vectors and tail columns) from src,
	// whose rows lie ld apart, to dst, filling its last vector with zeros.
	packRows func(dst, src *float32, rows, ld, vectors, tail int)

	// packColumns transposes squares of n×n that lie side by side, for n the
	// height of the tile or the number of lanes. Rows of src lie ld apart, those
	// of dst (src's columns) stride.
	packHeight, packLanes func(dst, src *float32, squares, ld, stride int)

	// copyPieces copies, for every one of offsets, pieces of a vector each to a row
	// of dst, the rows stride apart: piece p from src[offset + places[p]] on to the
	// row's element starts[p]. It copies whole vectors in the order of rows and
	// pieces, so a piece may begin where the one before it is to end, and what is
	// written beyond the last is less than a vector. There is an even number of
	// pieces. copyHalves does the same with half vectors.
	copyPieces, copyHalves func(dst, src []float32, offsets []int32, stride int, places, starts []int32)

	// loadRows[step-1] writes a vector to each row of some planes of dst: lane i
	// is src[from + step·i], or 0 where mask has no bit i; there src is not read.
	// Planes lie dstPlane and srcPlane apart, rows dstLd and srcLd. It may be nil:
	// see the method load.
	loadRows [2]func(dst, src []float32, from, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32)

	// storeRows[step-1] writes to dst[step·i] lane i of a vector from each row of
	// some planes of src, where mask has bit i; if add is set, it adds. Planes and
	// rows are as in loadRows. It may be nil: see the method store.
	storeRows [2]func(dst, src []float32, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32, add bool)

	// rowTiles[v-1] are tiles of v vectors for products whose A is not packed; nil: the
	// class does without.
	rowTiles [maxVectors]rowTileFunc

	// filter computes convolutions in tiles; nil: the class does without.
	filter *filterRoutines
}

// tileFunc is a kernel for tiles. While it computes, it may fetch into the cache
// what comes next: k rows, nextLd apart, as far as there are panels to hide the
// time behind.
type tileFunc func(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, next *float32, nextLd int)

const (
	log2Height = 4
	maxHeight  = 1 << log2Height
	maxVectors = 3
	maxLanes   = 16
	maxWidth   = maxVectors * maxLanes
)

// tileSets holds those of every class that this build has.
var tileSets = [classes]tileSet{generic: {
	lanes: 4, vectors: 1, height: 2,
	tiles:      [log2Height + 1][maxVectors]tileFunc{{tileGeneric1x4}, {tileGeneric2x4}},
	packRows:   packRowsGeneric,
	packHeight: func(dst, src *float32, squares, ld, stride int) { packColumnsGeneric(2, dst, src, squares, ld, stride) },
	packLanes:  func(dst, src *float32, squares, ld, stride int) { packColumnsGeneric(4, dst, src, squares, ld, stride) },
	copyPieces: func(dst, src []float32, offsets []int32, stride int, places, starts []int32) {
		copyPiecesGeneric(4, dst, src, offsets, stride, places, starts)
	},
	copyHalves: func(dst, src []float32, offsets []int32, stride int, places, starts []int32) {
		copyPiecesGeneric(2, dst, src, offsets, stride, places, starts)
	},
}}

// load is loadRows for any step.
func (t *tileSet) load(step int, dst, src []float32, from, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32) {
	if planes == 0 || rows == 0 {
		return
	}
	if step <= len(t.loadRows) && t.loadRows[step-1] != nil {
		t.loadRows[step-1](dst, src, from, planes, dstPlane, srcPlane, rows, dstLd, srcLd, mask)
		return
	}
	for p := range planes {
		for r := range rows {
			row := dst[p*dstPlane+r*dstLd:][:t.lanes]
			for i := range row {
				row[i] = 0
				if mask>>i&1 != 0 {
					row[i] = src[from+p*srcPlane+r*srcLd+i*step]
				}
			}
		}
	}
}

// store is storeRows for any step.
func (t *tileSet) store(step int, dst, src []float32, planes, dstPlane, srcPlane, rows, dstLd, srcLd int, mask uint32, add bool) {
	if planes == 0 || rows == 0 {
		return
	}
	if step <= len(t.storeRows) && t.storeRows[step-1] != nil {
		t.storeRows[step-1](dst, src, planes, dstPlane, srcPlane, rows, dstLd, srcLd, mask, add)
		return
	}
	for p := range planes {
		for r := range rows {
			to, from := p*dstPlane+r*dstLd, p*srcPlane+r*srcLd
			for i := 0; mask>>i != 0; i++ {
				if mask>>i&1 == 0 {
					continue
				}
				v := src[from+i]
				if add {
					v += dst[to+i*step]
				}
				dst[to+i*step] = v
			}
		}
	}
}

// span is the slice of n elements that begins at p.
func span(p *float32, n int) []float32 { return unsafe.Slice(p, n) }

// tileGeneric2x4 is the tile of the generic class. The conversions forbid the
// compiler to fuse the products into the sums, which it would do on some
// architectures only.
func tileGeneric2x4(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, _ *float32, _ int) {
	bs := span(b, 4*k)
	for i := range panels {
		as := span(a, 2*k*panels)[2*k*i:]
		var s00, s01, s02, s03, s10, s11, s12, s13 float32
		for l := range k {
			y := (*[4]float32)(bs[4*l:])
			x := (*[2]float32)(as[2*l:])
			s00 += float32(x[0] * y[0])
			s01 += float32(x[0] * y[1])
			s02 += float32(x[0] * y[2])
			s03 += float32(x[0] * y[3])
			s10 += float32(x[1] * y[0])
			s11 += float32(x[1] * y[1])
			s12 += float32(x[1] * y[2])
			s13 += float32(x[1] * y[3])
		}
		rows := span(c, (2*panels-1)*ldc+tail)[2*i*ldc:]
		storeRow(rows[:tail], &[4]float32{s00, s01, s02, s03}, alpha, beta)
		storeRow(rows[ldc:ldc+tail], &[4]float32{s10, s11, s12, s13}, alpha, beta)
	}
}

// tileGeneric1x4 is tileGeneric2x4 for single rows.
func tileGeneric1x4(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, _ *float32, _ int) {
	bs := span(b, 4*k)
	for i := range panels {
		as := span(a, k*panels)[k*i:]
		var s [4]float32
		for l, x := range as[:k] {
			y := (*[4]float32)(bs[4*l:])
			s[0] += float32(x * y[0])
			s[1] += float32(x * y[1])
			s[2] += float32(x * y[2])
			s[3] += float32(x * y[3])
		}
		storeRow(span(c, (panels-1)*ldc+tail)[i*ldc:][:tail], &s, alpha, beta)
	}
}

// storeRow computes c = alpha·sums + beta·c.
func storeRow(c []float32, sums *[4]float32, alpha, beta float32) {
	for j := range c {
		v := float32(alpha * sums[j])
		if beta != 0 {
			v += float32(beta * c[j])
		}
		c[j] = v
	}
}

func packRowsGeneric(dst, src *float32, rows, ld, vectors, tail int) {
	full := 4 * vectors
	width := full - 4 + tail
	d, s := span(dst, rows*full), span(src, (rows-1)*ld+width)
	for i := range rows {
		row := d[i*full:][:full]
		clear(row[copy(row, s[i*ld:][:width]):])
	}
}

func packColumnsGeneric(n int, dst, src *float32, squares, ld, stride int) {
	s, d := span(src, (n-1)*ld+n*squares), span(dst, (n*squares-1)*stride+n)
	for i := range n {
		for j, v := range s[i*ld:][:n*squares] {
			d[j*stride+i] = v
		}
	}
}

func copyPiecesGeneric(n int, dst, src []float32, offsets []int32, stride int, places, starts []int32) {
	for l, offset := range offsets {
		for p, place := range places {
			copy(dst[l*stride+int(starts[p]):][:n], src[offset+place:])
		}
	}
}
