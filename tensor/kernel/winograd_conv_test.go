package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// eachTiled runs a test once for every class that has tiles and that this machine and
// build can run.
func eachTiled(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	tiled := 0
	for c := range detect() + 1 {
		if tileSets[c].filter == nil {
			continue
		}
		tiled++
		t.Run(c.String(), func(t *testing.T) {
			defer force(c)()
			test(t)
		})
	}
	if tiled == 0 {
		t.Skip("machine or build have no class with tiles")
	}
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

// directOps compute by the definition, by operand that they write.
var directOps = [3]func(p *Pool, g *Conv, v *[3]*guarded){
	func(p *Pool, g *Conv, v *[3]*guarded) { p.directInputGrad(g, v[0].data, v[2].data, v[1].data) },
	func(p *Pool, g *Conv, v *[3]*guarded) { p.directWeightGrad(g, v[1].data, v[0].data, v[2].data) },
	func(p *Pool, g *Conv, v *[3]*guarded) { p.directForward(g, v[2].data, v[0].data, v[1].data) },
}

// direct is the result by the definition, which TestConv compares with float64. It
// takes less time than that.
func (op convOp) direct(g *Conv, v *[3]*guarded) []float64 {
	used := *v
	used[op.out] = v[op.out].clone()
	directOps[op.out](nil, g, &used)
	result := make([]float64, len(used[op.out].data))
	for i, x := range used[op.out].data {
		result[i] = float64(x)
	}
	return result
}

// TestFilter compares convolutions in tiles with the definition, after NaN was left
// wherever an earlier call has left numbers.
func TestFilter(t *testing.T) { eachTiled(t, testFilter) }

func testFilter(t *testing.T) {
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
func TestFilterAlone(t *testing.T) { eachTiled(t, testFilterAlone) }

func testFilterAlone(t *testing.T) {
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
func TestFilterTogether(t *testing.T) { eachTiled(t, testFilterTogether) }

func testFilterTogether(t *testing.T) {
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

// TestFilterNotFinite puts NaN and infinities into the corners of an image and of a
// map, and between them, and into a kernel: the results are those of the definition,
// to the bit.
func TestFilterNotFinite(t *testing.T) { eachTiled(t, testFilterNotFinite) }

func testFilterNotFinite(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	count := 0
	for _, g := range []Conv{halving(3, 16, 14, 14, 32), halving(1, 16, 12, 16, 16), halving(5, 16, 8, 6, 16), halving(1, 16, 32, 32, 16)} {
		sides := [3][2]int{{g.H, g.W}, {g.KH, g.KW}, {g.OH, g.OW}}
		for _, op := range convOps {
			for in, side := range sides {
				if in == op.out {
					continue
				}
				for _, y := range []int{0, side[0] / 2, side[0] - 1} {
					for _, x := range []int{0, side[1] / 2, side[1] - 1} {
						v := g.slices(rand.New(rand.NewPCG(39, 40)))
						v[in].data[y*side[1]+x] = special[count%len(special)]
						count++
						got, want := *v, *v
						got[op.out], want[op.out] = v[op.out].clone(), v[op.out].clone()
						op.run(pool, &g, &got)
						directOps[op.out](nil, &g, &want)
						sameBits(t, fmt.Sprintf("%s of %+v, operand %d, %d,%d", op.name, g, in, y, x), got[op.out].all, want[op.out].all)
					}
				}
			}
		}
	}
}

// TestFilterFinite shows that results that are finite are not computed again, and
// that the next results after others are not either.
func TestFilterFinite(t *testing.T) { eachTiled(t, testFilterFinite) }

func testFilterFinite(t *testing.T) {
	g := halving(5, 16, 8, 6, 16)
	v := g.slices(rand.New(rand.NewPCG(41, 42)))
	spoilt := v[0].clone()
	spoilt.data[0] = float32(math.Inf(1))
	for _, x := range []*guarded{v[0], spoilt, v[0]} {
		finite := x != spoilt
		for name, got := range map[string]bool{
			"forward":         (*Pool)(nil).filterForward(&g, v[2].clone().data, x.data, v[1].data),
			"weight gradient": (*Pool)(nil).filterWeightGrad(&g, v[1].clone().data, x.data, v[2].data),
			"input gradient":  (*Pool)(nil).filterInputGrad(&g, v[0].clone().data, x.data[:len(v[2].data)], v[1].data),
		} {
			if got != finite {
				t.Errorf("%s: finite is %v", name, got)
			}
		}
	}
}
