//go:build !noasm

package kernel

// multiplyAMX computes the sums of up to 2 panels of A with one panel of B in
// the tile registers of AMX: blocks of 16 pairs each. A panel of A holds, block
// after block, rows of 16 pairs; that of B rows of vectors × 16 pairs. The rows
// of sums are 32 apart. Tiles are configured and released within, so no thread
// is ever switched from with any in use.
//
//go:noescape
func multiplyAMX(sums, a, b *float32, config *tileConfig, blocks, panels, vectors int)

// tileConfig is the operand of LDTILECFG: tiles 0 to 3 hold sums, 4 and 5 A, 6
// and 7 B.
type tileConfig struct {
	palette  uint8
	_        [15]uint8
	rowBytes [16]uint16
	rows     [16]uint8
}

// tileRows and tilePairs are the size of a tile register.
const (
	tileRows  = 16
	tilePairs = 16
)

// newTileConfig is for panels of A of some rows.
func newTileConfig(rows int) *tileConfig {
	c := &tileConfig{palette: 1}
	for t := range 8 {
		c.rowBytes[t] = 4 * tilePairs
		c.rows[t] = uint8(rows)
	}
	c.rows[6], c.rows[7] = tilePairs, tilePairs
	return c
}

// amxPairs are the pairs of AMX. A panel of A holds blocks of rows × 16 pairs in
// place of columns.
var amxPairs = pairSet{
	unit: 2 * tilePairs, right: dotRounding,
	left: rounding{
		round: func(dst, src []float32, pairs, width int) {
			dotRounding.round(src, src, pairs, width) // each vector is read before it is written
			turnPairs(dst, src, pairs, width)
		},
		split: func(high, finite, low, src []float32, pairs, width int) {
			var h, f, l [roundedAtOnce / 2 * tileRows]float32
			dotRounding.split(h[:], f[:], l[:], src, pairs, width)
			turnPairs(high, h[:], pairs, width)
			turnPairs(finite, f[:], pairs, width)
			turnPairs(low, l[:], pairs, width)
		},
	},
}

// turnPairs transposes blocks of 16 × width pairs.
func turnPairs(dst, src []float32, pairs, width int) {
	for p := 0; p < pairs; p += tilePairs {
		to, from := dst[p*width:], src[p*width:]
		if width == tileRows {
			packColumns16(&to[0], &from[0], 1, width, tilePairs)
		} else {
			transposeRest(to, from, tilePairs, 0, width, width, tilePairs)
		}
	}
}

// initAMXPairs needs the tile set of AVX-512.
func initAMXPairs() {
	t := tileSets[avx512]
	t.vectors, t.height, t.packHeight = 2, tileRows, t.packLanes
	t.tiles = [log2Height + 1][maxVectors]tileFunc{}
	for r := range t.tiles {
		config := newTileConfig(1 << r)
		for v := 1; v <= t.vectors; v++ {
			t.tiles[r][v-1] = config.tile(1<<r, v)
		}
	}
	amxPairs.tileSet = t
	unitPairs[amx] = &amxPairs
}

// multiplyTiles is multiplyAMX, or what stands for it in tests on other machines.
var multiplyTiles = multiplyAMX

// tileSums is the sums of 2 × 2 tile registers.
type tileSums [2 * tileRows * 2 * tilePairs]float32

var freeTileSums freeList[tileSums]

// tile returns the kernel for tiles of rows × vectors.
func (config *tileConfig) tile(rows, vectors int) tileFunc {
	return func(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, _ *float32, _ int) {
		sums := freeTileSums.get()
		defer freeTileSums.put(sums)
		as, cs := span(a, k*rows*panels), span(c, (rows*panels-1)*ldc+(vectors-1)*tilePairs+tail)
		for panels > 0 {
			some := min(panels, 2)
			multiplyTiles(&sums[0], &as[0], b, config, k/tilePairs, some, vectors)
			storeSums(&cs[0], &sums[0], rows*some, ldc, vectors, tail, alpha, beta)
			if panels -= some; panels > 0 {
				as, cs = as[k*rows*some:], cs[rows*some*ldc:]
			}
		}
	}
}
