package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// needTiles leaves the class avx512 active for a test.
func needTiles(t *testing.T) {
	t.Helper()
	if detect() < avx512 {
		t.Skip("the machine has no AVX-512, the one class that has tiles")
	}
	t.Cleanup(force(avx512))
}

// filteredCases are geometries with unequal sides, units that are not full, and
// batches that leave images over, then random ones.
func filteredCases(r *rand.Rand) []Conv {
	cases := []Conv{
		halving(1, 16, 14, 16, 16), halving(2, 16, 16, 14, 16),
		halving(1, 16, 12, 16, 16), halving(3, 16, 16, 12, 16), // three rows or columns of tiles
		halving(1, 16, 8, 6, 16), halving(5, 48, 6, 8, 16), // units of four images
		halving(2, 16, 8, 8, 80), halving(3, 16, 8, 8, 16), halving(63, 16, 8, 8, 16),
		halving(5, 16, 14, 14, 144), halving(63, 16, 14, 14, 16),
		halving(2, 16, 16, 28, 16), halving(1, 48, 14, 32, 16), halving(2, 16, 6, 32, 16),
		halving(1, 16, 6, 64, 16), halving(1, 16, 30, 62, 16),
		halving(9, 80, 14, 14, 16), halving(7, 32, 8, 8, 48), halving(8, 16, 8, 8, 16), halving(5, 16, 16, 16, 16),
		halving(3, 16, 28, 28, 16), halving(2, 16, 32, 32, 16), halving(1, 16, 64, 64, 32),
		halving(1, 144, 8, 8, 160), // sums of more than one block
	}
	for len(cases) < 36 {
		channels := func() int { return []int{16, 16, 48, 80, 144}[r.IntN(5)] }
		g := halving(1+r.IntN(9), channels(), 2*(1+r.IntN(32)), 2*(1+r.IntN(32)), channels())
		if g.filtered() && g.N*g.C*g.M*g.OH*g.OW < 1<<18 {
			cases = append(cases, g)
		}
	}
	return cases
}

// direct is the result of the class avx2, which TestConv compares with float64. It
// takes less time than that.
func (op convOp) direct(g *Conv, v *[3]*guarded) []float64 {
	defer force(avx2)()
	used := *v
	used[op.out] = v[op.out].clone()
	op.run(nil, g, &used)
	result := make([]float64, len(used[op.out].data))
	for i, x := range used[op.out].data {
		result[i] = float64(x)
	}
	return result
}

// TestFilter compares convolutions in tiles with the definition, after NaN was left
// wherever an earlier call has left numbers.
func TestFilter(t *testing.T) {
	needTiles(t)
	pools := []*Pool{nil, NewPool(2), NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	r := rand.New(rand.NewPCG(33, 34))
	for _, g := range filteredCases(r) {
		if !g.filtered() {
			t.Fatalf("%+v is not computed in tiles", g)
		}
		v := g.slices(r)
		for _, op := range convOps {
			want := op.direct(&g, v)
			for _, p := range pools { // takes what scratch it needs
				used := *v
				used[op.out] = v[op.out].clone()
				op.run(p, &g, &used)
			}
			spoilScratch()
			op.compare(t, &g, v, want, pools)
		}
	}
}

// spoilScratch fills with NaN what calls in tiles keep for later ones.
func spoilScratch() {
	spoil := func(kept ...[]float32) {
		for _, s := range kept {
			s = s[:cap(s)]
			for i := range s {
				s[i] = guard
			}
		}
	}
	for _, s := range filterScratches.items {
		spoil(s.tiles, s.results, s.turned, s.left)
	}
	for _, f := range filterSums.items {
		spoil(f.kernels.data)
	}
}

// TestFilterAlone shows that images have the same bits alone as in a batch.
func TestFilterAlone(t *testing.T) {
	needTiles(t)
	r := rand.New(rand.NewPCG(35, 36))
	for _, g := range []Conv{halving(6, 16, 8, 8, 16), halving(5, 48, 14, 14, 16), halving(3, 16, 16, 28, 16)} {
		for _, op := range convOps {
			if op.out == 1 {
				continue // a sum over images
			}
			batch := g.slices(r)
			op.run(nil, &g, batch)
			one := g
			one.N = 1
			for n := range g.N {
				alone := *batch
				for _, i := range []int{0, 2} { // x and y
					alone[i] = batch[i].clone()
					size := len(alone[i].data) / g.N
					alone[i].data = alone[i].data[n*size:][:size]
				}
				want := alone[op.out].clone()
				want.data = append([]float32(nil), alone[op.out].data...)
				clear(alone[op.out].data)
				op.run(nil, &one, &alone)
				sameBits(t, fmt.Sprintf("%s of image %d of %+v", op.name, n, g), alone[op.out].data, want.data)
			}
		}
	}
}

// TestFilterTogether computes on several goroutines that share a pool and nothing
// else, tables of tilings being made meanwhile.
func TestFilterTogether(t *testing.T) {
	needTiles(t)
	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(37, 38))
	var geometries []Conv
	var inputs, wants [][3]*guarded
	for n := range 4 {
		g := halving(1+n, 32, 8, 8, 16)
		v := g.slices(r)
		want := *v
		for _, op := range convOps {
			used := [3]*guarded{v[0].clone(), v[1].clone(), v[2].clone()}
			op.run(nil, &g, &used)
			want[op.out] = used[op.out]
		}
		geometries, inputs, wants = append(geometries, g), append(inputs, *v), append(wants, want)
	}
	tablesOfTilings.Lock()
	tablesOfTilings.made = nil
	tablesOfTilings.Unlock()
	got := make([][3]*guarded, len(geometries))
	var running sync.WaitGroup
	for i, g := range geometries {
		running.Add(1)
		go func() {
			defer running.Done()
			for range 5 {
				for _, op := range convOps {
					used := inputs[i]
					used[op.out] = used[op.out].clone()
					op.run(p, &g, &used)
					got[i][op.out] = used[op.out]
				}
			}
		}()
	}
	running.Wait()
	for i, g := range geometries {
		for _, op := range convOps {
			sameBits(t, fmt.Sprintf("%s of %+v", op.name, g), got[i][op.out].all, wants[i][op.out].all)
		}
	}
}

// TestTablesOfTilings shows that batches of many sizes share tables.
func TestTablesOfTilings(t *testing.T) {
	for _, size := range []int{8, 14, 28} {
		made := map[*filterTables]bool{}
		for n := range 64 {
			g := square(1+n, 16, size, 16, 4, 2, 1)
			var f tiling
			f.set(&g)
			made[f.tables()] = true
		}
		if len(made) > imagesOfUnit {
			t.Errorf("%d×%d: %d tables for batches of 64 sizes", size, size, len(made))
		}
	}
}

// TestFilterNotFinite puts NaN into the corners of an image and of a map, and between
// them. Forward and in the input gradient it reaches what it does by the definition,
// no more and no less. In the weight gradient it may reach more elements of the
// kernels that it meets, but no other kernel.
func TestFilterNotFinite(t *testing.T) {
	needTiles(t)
	for _, g := range []Conv{halving(1, 16, 14, 14, 16), halving(1, 16, 12, 16, 16), halving(1, 16, 8, 6, 16)} {
		for _, op := range convOps {
			in, h, w := 0, g.H, g.W
			if op.out == 0 {
				in, h, w = 2, g.OH, g.OW
			}
			for _, y := range []int{0, h / 2, h - 1} {
				for _, x := range []int{0, w / 2, w - 1} {
					op.spread(t, &g, in, y*w+x)
				}
			}
		}
	}
}

// spread is TestFilterNotFinite for one place of channel 0 of an operand.
func (op convOp) spread(t *testing.T, g *Conv, in, place int) {
	t.Helper()
	v := g.slices(rand.New(rand.NewPCG(39, 40)))
	v[in].data[place] = float32(math.NaN())
	op.run(nil, g, v)
	meets := make([]bool, len(v[op.out].data))
	g.each(func(xi, wi, yi int) {
		if at := [3]int{xi, wi, yi}; at[in] == place {
			meets[at[op.out]] = true
		}
	})
	for i, got := range v[op.out].data {
		if op.out == 1 && i/(g.KH*g.KW)%g.C == 0 && !meets[i] {
			continue // more of the kernels of channel 0
		}
		if isNaN := got != got; isNaN != meets[i] {
			t.Fatalf("%s of %+v: NaN at %d: element %d is %v", op.name, *g, place, i, got)
		}
	}
}
