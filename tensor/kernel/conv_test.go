package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// each calls f with the indices of every product in the convolution.
func (g *Conv) each(f func(xi, wi, yi int)) {
	for n := range g.N {
		for m := range g.M {
			for i := range g.OH {
				for j := range g.OW {
					for c := range g.C {
						for kh := range g.KH {
							for kw := range g.KW {
								h := i*g.StrideH - g.PadTop + kh*g.DilationH
								w := j*g.StrideW - g.PadLeft + kw*g.DilationW
								if h >= 0 && h < g.H && w >= 0 && w < g.W {
									f(((n*g.C+c)*g.H+h)*g.W+w, ((m*g.C+c)*g.KH+kh)*g.KW+kw, ((n*g.M+m)*g.OH+i)*g.OW+j)
								}
							}
						}
					}
				}
			}
		}
	}
}

// convOp is one of the three operations: which slice it writes and how it is
// called with x, w and y.
type convOp struct {
	name string
	out  int // 0: x, 1: w, 2: y
	run  func(p *Pool, g *Conv, v *[3]*guarded)
}

var convOps = []convOp{
	{"forward", 2, func(p *Pool, g *Conv, v *[3]*guarded) { p.ConvForward(g, v[2].data, v[0].data, v[1].data) }},
	{"input gradient", 0, func(p *Pool, g *Conv, v *[3]*guarded) { p.ConvInputGrad(g, v[0].data, v[2].data, v[1].data) }},
	{"weight gradient", 1, func(p *Pool, g *Conv, v *[3]*guarded) { p.ConvWeightGrad(g, v[1].data, v[0].data, v[2].data) }},
}

// slices returns random x, w and y.
func (g *Conv) slices(r *rand.Rand) *[3]*guarded {
	vector := func(n int) *guarded { return newGuarded(r, 1, n, max(1, n)) }
	return &[3]*guarded{vector(g.N * g.C * g.H * g.W), vector(g.M * g.C * g.KH * g.KW), vector(g.N * g.M * g.OH * g.OW)}
}

// reference is the result of an operation in float64.
func (op convOp) reference(g *Conv, v *[3]*guarded) []float64 {
	sum := make([]float64, len(v[op.out].data))
	g.each(func(xi, wi, yi int) {
		switch op.out {
		case 0:
			sum[xi] += float64(v[1].data[wi]) * float64(v[2].data[yi])
		case 1:
			sum[wi] += float64(v[0].data[xi]) * float64(v[2].data[yi])
		case 2:
			sum[yi] += float64(v[0].data[xi]) * float64(v[1].data[wi])
		}
	})
	return sum
}

// square is a convolution with equal sides, strides and pads.
func square(n, c, size, m, k, stride, pad int) Conv {
	o := (size+2*pad-k)/stride + 1
	return Conv{N: n, C: c, H: size, W: size, M: m, KH: k, KW: k, OH: o, OW: o,
		StrideH: stride, StrideW: stride, PadTop: pad, PadLeft: pad, DilationH: 1, DilationW: 1}
}

// halving is a convolution of 4×4 that halves both sides of images of h×w.
func halving(n, c, h, w, m int) Conv {
	g := square(n, c, h, m, 4, 2, 1)
	g.W, g.OW = w, w/2
	return g
}

func convCases(r *rand.Rand) []Conv {
	cases := []Conv{
		square(3, 1, 28, 9, 4, 2, 1),
		square(5, 8, 14, 16, 4, 2, 1),
		square(33, 2, 16, 3, 4, 2, 1), // phases of several parts
		square(20, 3, 8, 5, 4, 2, 1),
		square(2, 20, 8, 10, 4, 2, 1), // sums of more than one block
		square(9, 3, 4, 2, 4, 1, 0),   // one position an image
		square(40, 2, 1, 3, 1, 1, 0),
		square(2, 2, 64, 3, 4, 2, 1), // an image is wider than a block of columns
		square(1, 1, 40, 2, 3, 1, 1),
		square(3, 5, 6, 4, 1, 1, 0), // read where it lies
		square(2, 3, 30, 2, 3, 1, 0),
		square(2, 3, 9, 4, 3, 1, 1),
		square(2, 3, 9, 4, 1, 3, 0), // phases that meet nothing
		square(2, 3, 17, 4, 5, 3, 2),
		square(2, 8, 96, 32, 3, 2, 1),  // the last plane has rows of more than a vector and none below them
		square(1, 16, 14, 16, 4, 2, 1), // in tiles, where more cases are TestFilter's
		halving(2, 16, 8, 6, 16),
		square(0, 3, 8, 4, 4, 2, 1),
		square(2, 0, 8, 4, 4, 2, 1),
		square(2, 3, 8, 0, 4, 2, 1),
		{N: 2, C: 3, H: 5, W: 6, M: 2, KH: 2, KW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}, // no output
		{N: 2, C: 3, H: 2, W: 2, M: 2, KH: 3, KW: 3, OH: 9, OW: 8, StrideH: 2, StrideW: 1, PadTop: 7, PadLeft: 4, DilationH: 1, DilationW: 2},
	}
	for range 120 {
		g := Conv{
			N: 1 + r.IntN(5), C: 1 + r.IntN(6), H: 1 + r.IntN(15), W: 1 + r.IntN(15),
			M: 1 + r.IntN(12), KH: 1 + r.IntN(5), KW: 1 + r.IntN(5),
			StrideH: 1 + r.IntN(3), StrideW: 1 + r.IntN(3), PadTop: r.IntN(5) - 1, PadLeft: r.IntN(5) - 1,
			DilationH: 1 + r.IntN(2), DilationW: 1 + r.IntN(2),
		}
		// Whatever is covered at the bottom and the right: too little or too much.
		g.OH = r.IntN(g.H/g.StrideH + 4)
		g.OW = r.IntN(g.W/g.StrideW + 4)
		cases = append(cases, g)
	}
	return cases
}

func TestConv(t *testing.T) {
	pools := []*Pool{nil, NewPool(2), NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	for _, op := range convOps {
		t.Run(op.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			for _, g := range convCases(r) {
				v := g.slices(r)
				want := op.reference(&g, v)
				withEachClass(func() { op.compare(t, &g, v, want, pools) })
			}
		})
	}
}

// compare is compareWithin for float32: sums have at most some thousand terms
// below 1.
func (op convOp) compare(t *testing.T, g *Conv, v *[3]*guarded, want []float64, pools []*Pool) {
	t.Helper()
	op.compareWithin(t, g, v, want, pools, func(int) float64 { return 1e-4 })
}

// compareWithin runs an operation on every pool and checks it against the
// reference, to a bound for each element, and against itself.
func (op convOp) compareWithin(t *testing.T, g *Conv, v *[3]*guarded, want []float64, pools []*Pool, bound func(i int) float64) {
	t.Helper()
	name := fmt.Sprintf("%s, %+v", ProductClass(g.Precision), *g)
	var first *guarded
	for _, p := range pools {
		used := [3]*guarded{v[0].clone(), v[1].clone(), v[2].clone()}
		op.run(p, g, &used)
		for i := range used {
			used[i].check(t, name)
			if i != op.out {
				sameBits(t, name, used[i].all, v[i].all)
			}
		}
		if first == nil {
			first = used[op.out]
			for i, x := range want {
				if d := math.Abs(float64(first.data[i]) - x); !(d <= bound(i)) {
					t.Fatalf("%s: element %d is %v, want %v", name, i, first.data[i], x)
				}
			}
		}
		sameBits(t, name, used[op.out].all, first.all)
	}
}

// TestConvNotFinite checks that an element that is NaN reaches what it should.
// It reaches nothing else unless it is multiplied with the zeros round the
// image that is read: those of x forward and in the weight gradient, those of
// dy in the input gradient.
func TestConvNotFinite(t *testing.T) {
	nan := float32(math.NaN())
	eachClass(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(11, 12))
		for _, g := range []Conv{square(3, 4, 7, 5, 3, 2, 1), square(3, 1, 8, 2, 4, 2, 1), square(2, 3, 6, 9, 3, 1, 0), square(5, 16, 8, 16, 4, 2, 1), square(2, 16, 14, 16, 4, 2, 1), square(1, 16, 16, 16, 4, 2, 1)} {
			for _, op := range convOps {
				for in := range 3 {
					if in == op.out {
						continue
					}
					v := g.slices(r)
					v[in].data[r.IntN(len(v[in].data))] = nan
					want := op.reference(&g, v)
					op.run(nil, &g, v)
					image := 0
					if op.out == 0 {
						image = 2
					}
					for i, x := range want {
						got := v[op.out].data[i]
						if math.IsNaN(x) && got == got || in == image && !math.IsNaN(x) && got != got {
							t.Fatalf("%s of %+v: element %d is %v, want %v", op.name, g, i, got, x)
						}
					}
				}
			}
		}
	})
}

func TestConvAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	g := square(16, 16, 14, 32, 4, 2, 1)
	v := g.slices(rand.New(rand.NewPCG(13, 14)))
	eachClass(t, func(t *testing.T) {
		for _, op := range convOps {
			call := func() { op.run(p, &g, v) }
			for range 20 { // both threads have taken their scratch
				call()
			}
			if n := testing.AllocsPerRun(20, call); n != 0 {
				t.Errorf("%s: %v allocations a call", op.name, n)
			}
		}
	})
}

// TestProductsShareScratch alternates products of every kind: none takes memory anew
// that another has used.
func TestProductsShareScratch(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(15, 16))
	tiles, direct := square(16, 16, 14, 32, 4, 2, 1), square(16, 16, 14, 32, 3, 1, 1)
	inTiles, inDirect := tiles.slices(r), direct.slices(r)
	x, y := make([]float32, 200*200), make([]float32, 200*200)
	eachClass(t, func(t *testing.T) {
		call := func() {
			for _, op := range convOps {
				op.run(p, &tiles, inTiles)
				op.run(p, &direct, inDirect)
			}
			p.Sgemm(false, true, 64, 200, 200, 1, x, 200, x, 200, 0, y, 200)
			p.Sgemm(false, false, 200, 200, 200, 1, x, 200, x, 200, 0, y, 200)
			p.Sgemm(false, false, 200, 2, 200, 1, x, 200, x, 200, 0, y, 200)
		}
		for range 20 { // both threads have taken their scratch
			call()
		}
		if n := testing.AllocsPerRun(20, call); n != 0 {
			t.Errorf("%v allocations a round", n)
		}
	})
}

func TestConvPanics(t *testing.T) {
	g := square(2, 3, 8, 4, 4, 2, 1)
	bad := g
	bad.StrideW = 0
	x, w, y := make([]float32, 2*3*8*8), make([]float32, 4*3*4*4), make([]float32, 2*4*4*4)
	for _, tt := range []struct {
		name string
		call func(p *Pool)
		want string
	}{
		{"stride", func(p *Pool) { p.ConvForward(&bad, y, x, w) }, badConv},
		{"x", func(p *Pool) { p.ConvForward(&g, y, x[1:], w) }, shortX},
		{"w", func(p *Pool) { p.ConvInputGrad(&g, x, y, w[1:]) }, shortW},
		{"y", func(p *Pool) { p.ConvWeightGrad(&g, w, x, y[1:]) }, shortY},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("panic %v, want %q", got, tt.want)
				}
			}()
			tt.call(nil)
		})
	}
}

func BenchmarkConv(b *testing.B) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		defer p.Close()
		for _, g := range []Conv{
			square(64, 1, 28, 64, 4, 2, 1), // dcgan28
			square(64, 64, 14, 128, 4, 2, 1),
			square(64, 3, 64, 64, 4, 2, 1), // dcgan64
			square(64, 64, 32, 128, 4, 2, 1),
			square(64, 128, 16, 256, 4, 2, 1),
			square(64, 256, 8, 512, 4, 2, 1),
			square(64, 512, 4, 1, 4, 1, 0),
			square(64, 100, 4, 512, 4, 1, 0),
		} {
			v := g.slices(r)
			work := 2 * float64(g.N*g.M*g.OH*g.OW*g.C*g.KH*g.KW) // padding counted too
			for _, op := range convOps {
				b.Run(fmt.Sprintf("%dx%dx%dx%d_to_%dx%d/%s/threads=%d", g.N, g.C, g.H, g.W, g.M, g.OH, op.name, threads), func(b *testing.B) {
					for b.Loop() {
						op.run(p, &g, v)
					}
					reportRate(b, work, threads)
				})
			}
		}
	}
}
