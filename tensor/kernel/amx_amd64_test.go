//go:build !noasm

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// emulateTiles is multiplyAMX as Intel's manual defines TDPBF16PS: the first
// numbers of 16 pairs and the second ones are summed apart, from 0, each step
// rounded once and flushed; then the two, then they and what the tile held.
func emulateTiles(sums, a, b *float32, config *tileConfig, blocks, panels, vectors int) {
	rows := int(config.rows[4])
	as, bs := span(a, panels*blocks*rows*tilePairs), span(b, blocks*tilePairs*vectors*tilePairs)
	c := span(sums, ((panels-1)*tileRows+rows-1)*2*tilePairs+vectors*tilePairs)
	one := math.Float32bits(1)
	for p := range panels {
		for i := range rows {
			for j := range vectors * tilePairs {
				var total float32
				for block := range blocks {
					var first, second float32
					for l := range tilePairs {
						x := math.Float32bits(as[((p*blocks+block)*rows+i)*tilePairs+l])
						y := math.Float32bits(bs[(block*tilePairs+l)*vectors*tilePairs+j])
						first = addFlushed(first, x<<16, y<<16)
						second = addFlushed(second, x&0xffff0000, y&0xffff0000)
					}
					both := addFlushed(first, math.Float32bits(second), one)
					total = addFlushed(total, math.Float32bits(both), one)
				}
				c[(p*tileRows+i)*2*tilePairs+j] = total
			}
		}
	}
}

// withTiles calls f with AMX as the unit for pairs: emulated, and where there
// are tile registers also as it is.
func withTiles(f func(name string)) {
	if detect() < avx512 {
		return
	}
	defer forceUnit(amx)()
	if detectUnit() == amx {
		f("amx")
	}
	was := multiplyTiles
	multiplyTiles = emulateTiles
	defer func() { multiplyTiles = was }()
	f("emulated amx")
}

// tileCases is how many of n cases a test takes: few of them when it is short,
// for processors that are themselves emulated.
func tileCases(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func TestGemmOfTiles(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(31, 32))
	for range tileCases(60) {
		c := gemmCase{
			transA: r.IntN(2) == 0, transB: r.IntN(2) == 0, m: 1 + r.IntN(100), n: 1 + r.IntN(100), k: 1 + r.IntN(200),
			pad: r.IntN(20), alpha: float32(1 + r.IntN(2)), beta: float32(r.IntN(3)),
		}
		if r.IntN(20) == 0 {
			c.k = 500 + r.IntN(600) // several sum blocks
		}
		a, b, before := c.matrices(r)
		for _, precision := range pairPrecisions {
			var bits []float32
			want, room := c.reference(a, b, before), c.magnitudes(a, b)
			withTiles(func(name string) {
				name = fmt.Sprintf("%v, %v, %s", c, precision, name)
				got := before.clone()
				c.runIn(precision, p, a, b, got)
				got.check(t, name)
				checkWithin(t, name, got, want, room, precision)
				if bits == nil {
					bits = got.all
				}
				sameBits(t, name, got.all, bits)
			})
		}
	}
}

func TestConvOfTiles(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	for _, op := range convOps {
		r := rand.New(rand.NewPCG(33, 34))
		cases := convCases(r)
		for range tileCases(40) {
			g := cases[r.IntN(len(cases))]
			v := g.slices(r)
			want, room := op.reference(&g, v), op.magnitudes(&g, v)
			for _, g.Precision = range pairPrecisions {
				withTiles(func(string) { op.compareWithin(t, &g, v, want, []*Pool{nil, p}, pairBound(g.Precision, room)) })
			}
		}
	}
}

// TestTilesOfAllSizes holds the tile registers to their emulation to the bit
// over numbers of all sizes.
func TestTilesOfAllSizes(t *testing.T) {
	if detectUnit() < amx {
		return // the emulation stands alone
	}
	r := rand.New(rand.NewPCG(35, 36))
	for _, spread := range []int{2, 60, 255} {
		for range tileCases(100) {
			rows, blocks, vectors := 1<<r.IntN(5), 1+r.IntN(6), 1+r.IntN(2)
			panels := 1
			if rows == tileRows {
				panels += r.IntN(2)
			}
			number := func() uint32 {
				return uint32(r.IntN(2))<<15 | uint32(max(1, min(254, 127-spread/2+r.IntN(spread+1))))<<7 | uint32(r.IntN(128))
			}
			a, b := make([]float32, panels*blocks*rows*tilePairs), make([]float32, blocks*tilePairs*vectors*tilePairs)
			for _, x := range [][]float32{a, b} {
				for i := range x {
					x[i] = pairOf(number(), number())
				}
			}
			var got, want tileSums
			config := newTileConfig(rows)
			multiplyAMX(&got[0], &a[0], &b[0], config, blocks, panels, vectors)
			emulateTiles(&want[0], &a[0], &b[0], config, blocks, panels, vectors)
			for p := range panels {
				for i := range rows {
					for j := range vectors * tilePairs {
						at := (p*tileRows+i)*2*tilePairs + j
						if g, w := got[at], want[at]; math.Float32bits(g) != math.Float32bits(w) && (g == g || w == w) {
							t.Fatalf("panel %d of %d, row %d of %d, column %d, %d blocks: %x, want %x", p, panels, i, rows, j, blocks, g, w)
						}
					}
				}
			}
		}
	}
}
