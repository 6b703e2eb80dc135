package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// pairPrecisions are those whose operands are rounded.
var pairPrecisions = []Precision{BF16, BF16x3}

// productError bounds the error of a product relative to it.
var productError = map[Precision]float64{BF16: 0x1p-7 + 0x1p-16, BF16x3: 3 * 0x1p-16}

// withEachPairUnit calls f under everything that this machine and build can
// multiply pairs with: every class without instructions for them, then the best
// class with each unit that it has.
func withEachPairUnit(f func()) {
	undo := forceUnit(noPairs)
	withEachClass(f)
	undo()
	for u := noPairs + 1; u <= detectUnit(); u++ {
		undo := forceUnit(u)
		f()
		undo()
	}
}

func (c gemmCase) runIn(precision Precision, p *Pool, a, b, y *guarded) {
	p.Gemm(precision, c.transA, c.transB, c.m, c.n, c.k, c.alpha, a.data, a.ld, b.data, b.ld, c.beta, y.data, y.ld)
}

// magnitudes is C in float64 with every number replaced by its magnitude: what
// relative errors of products add up to.
func (c gemmCase) magnitudes(a, b *guarded) []float64 {
	absolute := func(g *guarded) *guarded {
		g = g.clone()
		for i, v := range g.data {
			g.data[i] = float32(math.Abs(float64(v)))
		}
		return g
	}
	c.beta = 0
	c.alpha = float32(math.Abs(float64(c.alpha)))
	return c.reference(absolute(a), absolute(b), nil)
}

// pairBound is how far from the truth an element may be, given the sum of its
// products' magnitudes. Beside the error of the products it has that of sums in
// float32.
func pairBound(precision Precision, magnitudes []float64) func(i int) float64 {
	return func(i int) float64 { return (productError[precision]+0x1p-21)*magnitudes[i] + 1e-6 }
}

// checkWithin holds a matrix to the reference within the precision's bound.
func checkWithin(t *testing.T, name string, got *guarded, want, magnitudes []float64, precision Precision) {
	t.Helper()
	bound := pairBound(precision, magnitudes)
	for i, w := range want {
		v := got.at(false, i/got.cols, i%got.cols)
		if d := bound(i) + 1e-6*math.Abs(w); !(math.Abs(v-w) <= d) {
			t.Fatalf("%s: (%d,%d) = %v, want %v ± %.2g", name, i/got.cols, i%got.cols, v, w, d)
		}
	}
}

// magnitudes is the reference with every number replaced by its magnitude.
func (op convOp) magnitudes(g *Conv, v *[3]*guarded) []float64 {
	absolute := [3]*guarded{v[0].clone(), v[1].clone(), v[2].clone()}
	for _, m := range absolute {
		for i, x := range m.data {
			m.data[i] = float32(math.Abs(float64(x)))
		}
	}
	return op.reference(g, &absolute)
}

func TestGemmOfPairs(t *testing.T) {
	pools := []*Pool{nil, NewPool(2), NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	r := rand.New(rand.NewPCG(21, 22))
	for i, c := range gemmCases(r) {
		if c.m*c.n*c.k > 1<<20 && i%3 > 0 {
			continue // the portable tile takes its time
		}
		a, b, before := c.matrices(r)
		a0, b0 := a.clone(), b.clone()
		want, room := c.reference(a, b, before), c.magnitudes(a, b)
		for _, precision := range pairPrecisions {
			withEachPairUnit(func() {
				name := fmt.Sprintf("%v, %v on %s", c, precision, ProductClass(precision))
				var first *guarded
				for _, p := range pools {
					got := before.clone()
					c.runIn(precision, p, a, b, got)
					got.check(t, name)
					if first == nil {
						first = got
						checkWithin(t, name, got, want, room, precision)
					}
					sameBits(t, name, got.all, first.all)
				}
			})
		}
		sameBits(t, c.String()+" A", a.all, a0.all)
		sameBits(t, c.String()+" B", b.all, b0.all)
	}
}

func TestConvOfPairs(t *testing.T) {
	pools := []*Pool{nil, NewPool(2), NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	for _, op := range convOps {
		t.Run(op.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(23, 24))
			for _, g := range convCases(r) {
				v := g.slices(r)
				want := op.reference(&g, v)
				room := op.magnitudes(&g, v)
				for _, g.Precision = range pairPrecisions {
					withEachPairUnit(func() { op.compareWithin(t, &g, v, want, pools, pairBound(g.Precision, room)) })
				}
			}
		})
	}
}

// TestPairUnitsAgree holds every way of multiplying pairs to the same bits:
// numbers of all sizes, those that are denormal and those that overflow among
// them.
func TestPairUnitsAgree(t *testing.T) {
	units := min(detectUnit(), avx512bf16) // that of AMX sums in another order
	r := rand.New(rand.NewPCG(25, 26))
	for _, spread := range []int{2, 60, 255} { // of exponents
		for range 200 {
			c := gemmCase{
				transA: r.IntN(2) == 0, transB: r.IntN(2) == 0, m: 1 + r.IntN(20), n: 1 + r.IntN(60), k: 1 + r.IntN(200),
				alpha: 1, beta: float32(r.IntN(2)),
			}
			a, b, before := c.matrices(r)
			for _, g := range []*guarded{a, b, before} {
				for i := range g.data {
					exponent := uint32(127 - spread/2 + r.IntN(spread+1))
					g.data[i] = math.Float32frombits(r.Uint32()&^(0xff<<23) | min(exponent, 254)<<23)
				}
			}
			for _, precision := range pairPrecisions {
				want := before.clone()
				undo := forceUnit(noPairs)
				undoClass := force(generic)
				c.runIn(precision, nil, a, b, want)
				undoClass()
				undo()
				for u := noPairs + 1; u <= units; u++ {
					undo := forceUnit(u)
					got := before.clone()
					c.runIn(precision, nil, a, b, got)
					undo()
					for i, w := range want.all {
						if g := got.all[i]; math.Float32bits(g) != math.Float32bits(w) && (g == g || w == w) {
							t.Fatalf("%v in %v, exponents over %d: element %d is %x on %s, and %x without", c, precision, spread, i-37, g, pairUnitNames[u], w)
						}
					}
				}
			}
		}
	}
}

func TestPairsAllocateNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	x, y := make([]float32, 200*200), make([]float32, 200*200)
	for _, precision := range pairPrecisions {
		withEachPairUnit(func() {
			call := func() { p.Gemm(precision, false, true, 200, 200, 200, 1, x, 200, x, 200, 0, y, 200) }
			for range 10 { // both threads have taken their scratch
				call()
			}
			if n := testing.AllocsPerRun(10, call); n != 0 {
				t.Errorf("%v on %s: %v allocations a call", precision, ProductClass(precision), n)
			}
		})
	}
}

// TestRoundingToBfloat16 checks what no sum shows: ties, the last number before
// infinity, denormal numbers, NaN with little in it.
func TestRoundingToBfloat16(t *testing.T) {
	cases := map[uint32]uint32{
		0x3f800000: 0x3f80, 0x3f808000: 0x3f80, 0x3f818000: 0x3f82, // 1, ties to even
		0x3f808001: 0x3f81, 0xbf817fff: 0xbf81,
		0x7f7fffff: 0x7f80, 0xff7f7fff: 0xff7f, 0x7f800000: 0x7f80, // to infinity, just below
		0x007fffff: 0, 0x80000001: 0x8000, 0x00800000: 0x0080, // denormal, the smallest normal
		0x7f800001: 0x7fc0, 0xffc12345: 0xffc1,
	}
	for bits, want := range cases {
		if got := bfloat16(math.Float32frombits(bits)); got != want {
			t.Errorf("%08x rounds to %04x, want %04x", bits, got, want)
		}
		for u := noPairs; u <= detectUnit(); u++ {
			width := 16
			if u == noPairs {
				width = 4
			}
			src, dst := make([]float32, 2*width), make([]float32, width)
			for i := range src {
				src[i] = math.Float32frombits(bits)
			}
			unitPairs[u].right.round(dst, src, 1, width)
			for i, v := range dst {
				if got := math.Float32bits(v); got != want<<16|want {
					t.Errorf("unit %d: %08x rounds to the pair %08x at %d, want %04x twice", u, bits, got, i, want)
				}
			}
		}
	}
}

func BenchmarkGemmOfPairs(b *testing.B) {
	r := rand.New(rand.NewPCG(27, 28))
	for _, c := range benchmarkShapes {
		c.alpha = 1
		x, y, z := c.matrices(r)
		for p := range Precision(precisions) {
			b.Run(fmt.Sprintf("%v/%v", c, p), func(b *testing.B) {
				for b.Loop() {
					c.runIn(p, nil, x, y, z)
				}
				reportRate(b, 2*float64(c.m*c.n*c.k), 1)
			})
		}
	}
}
