package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestTiling shows that the lanes of all units hold every tile of a batch once, in
// the places where vectors of pixels expect them, and that units of one kind are
// alike.
func TestTiling(t *testing.T) {
	for _, g := range []Conv{
		square(5, 16, 8, 16, 4, 2, 1), square(4, 16, 6, 16, 4, 2, 1), square(3, 16, 14, 16, 4, 2, 1), square(2, 16, 16, 16, 4, 2, 1),
		square(2, 16, 28, 16, 4, 2, 1), square(3, 16, 32, 16, 4, 2, 1), square(2, 16, 64, 16, 4, 2, 1),
		halving(6, 16, 8, 6, 16), halving(2, 16, 14, 16, 16), halving(2, 16, 12, 16, 16), halving(2, 16, 16, 28, 16), halving(2, 16, 6, 64, 16),
	} {
		var f tiling
		f.set(&g)
		seen := map[[3]int]bool{}
		kinds := map[int][][3]int{}
		for unit := range f.units {
			var tiles [][3]int // in which kind's units agree
			for lane := range unitLanes {
				image, row, col := f.tile(unit, lane)
				if lane/4%2 == 1 { // two in a row, whose pixels are neighbours
					if i, r, c := f.tile(unit, lane-4); i != image || r != row || c != col-1 {
						t.Fatalf("%d×%d: lane %d of unit %d does not follow lane %d", g.H, g.W, lane, unit, lane-4)
					}
				}
				tiles = append(tiles, [3]int{image, row, col})
				image += f.image(unit)
				if image >= g.N || row >= f.rows || col >= f.cols {
					continue
				}
				at := [3]int{image, row, col}
				if seen[at] {
					t.Fatalf("%d×%d: tile %v twice", g.H, g.W, at)
				}
				seen[at] = true
			}
			kind := f.kind(unit)
			for i, tile := range kinds[kind] {
				if tile != tiles[i] {
					t.Errorf("%d×%d: units of kind %d differ", g.H, g.W, kind)
				}
			}
			kinds[kind] = tiles
		}
		if want := g.N * ceil(g.OH, 2) * ceil(g.OW, 2); len(seen) != want {
			t.Errorf("%d×%d: %d tiles, want %d", g.H, g.W, len(seen), want)
		}
		if beyond := f.kind(f.units); len(kinds[beyond]) != 0 {
			t.Errorf("%d×%d: units of the kind beyond the batch", g.H, g.W)
		}
	}
}

// TestFiltered tells which convolutions are computed in tiles, and that a batch's size
// has no part in it.
func TestFiltered(t *testing.T) { eachTiled(t, testFiltered) }

func testFiltered(t *testing.T) {
	odd := square(4, 32, 14, 32, 4, 2, 1)
	odd.H = 13
	for _, tt := range []struct {
		name string
		g    Conv
		want bool
	}{
		{"dcgan28", square(64, 64, 14, 128, 4, 2, 1), true},
		{"dcgan64", square(64, 256, 8, 512, 4, 2, 1), true},
		{"one image", square(1, 256, 8, 512, 4, 2, 1), true},
		{"lsgan112", square(64, 64, 28, 128, 4, 2, 1), true},
		{"one channel", square(64, 1, 28, 64, 4, 2, 1), false},
		{"half-filled units", square(64, 64, 4, 64, 4, 2, 1), false},
		{"other kernel", square(64, 64, 14, 64, 3, 1, 1), false},
		{"a row short", odd, false},
	} {
		if got := tt.g.filtered(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		tt.g.Precision = BF16
		if tt.g.filtered() {
			t.Errorf("%s: in tiles in bfloat16", tt.name)
		}
	}
}

// TestFilterError holds the error of tiles to thrice that of the definition.
func TestFilterError(t *testing.T) { eachTiled(t, testFilterError) }

func testFilterError(t *testing.T) {
	g := square(2, 64, 14, 64, 4, 2, 1)
	for _, op := range convOps {
		v := g.slices(rand.New(rand.NewPCG(31, 32)))
		want := op.reference(&g, v)
		of := func(run func(p *Pool, g *Conv, v *[3]*guarded)) float64 {
			run(nil, &g, v)
			var sum float64
			for i, x := range want {
				d := float64(v[op.out].data[i]) - x
				sum += d * d
			}
			return math.Sqrt(sum / float64(len(want)))
		}
		direct, tiles := of(directOps[op.out]), of(op.run)
		if tiles == direct || tiles > 3*direct {
			t.Errorf("%s: root of mean squares %.2g, by the definition %.2g", op.name, tiles, direct)
		}
	}
}
