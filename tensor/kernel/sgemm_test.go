package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// guard stands in memory around the matrices of a test. Any other bits there
// afterwards mean a write out of bounds; a read of it turns results into NaN.
var guard = math.Float32frombits(0x7fc12345)

// guarded is a slice with guard words before, behind and between its rows.
type guarded struct {
	all        []float32
	data       []float32
	rows, cols int
	ld         int
}

// newGuarded returns a rows×cols matrix of small random numbers, its rows
// ld apart, beginning at an odd address.
func newGuarded(r *rand.Rand, rows, cols, ld int) *guarded {
	const margin = 37
	g := &guarded{all: make([]float32, rows*ld+2*margin), rows: rows, cols: cols, ld: ld}
	for i := range g.all {
		g.all[i] = guard
	}
	length := 0
	if rows > 0 {
		length = (rows-1)*ld + cols
	}
	g.data = g.all[margin : margin+length : margin+length]
	for i := range rows {
		for j := range cols {
			g.data[i*ld+j] = r.Float32()*2 - 1
		}
	}
	return g
}

// at is an element, of the transpose if trans is set.
func (g *guarded) at(trans bool, i, j int) float64 {
	if trans {
		i, j = j, i
	}
	return float64(g.data[i*g.ld+j])
}

func (g *guarded) clone() *guarded {
	c := *g
	c.all = append([]float32(nil), g.all...)
	c.data = c.all[37 : 37+len(g.data) : 37+len(g.data)]
	return &c
}

// check fails the test when a guard word has changed.
func (g *guarded) check(t *testing.T, name string) {
	t.Helper()
	for i, v := range g.all {
		k := i - 37
		inside := k >= 0 && k < len(g.data) && k%g.ld < g.cols
		if !inside && math.Float32bits(v) != math.Float32bits(guard) {
			t.Fatalf("%s: wrote outside at %d of %d×%d", name, k, g.rows, g.cols)
		}
	}
}

// sameBits fails the test when two slices differ in a bit.
func sameBits(t *testing.T, name string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: element %d is %v, want %v to the bit", name, i, got[i], want[i])
		}
	}
}

type gemmCase struct {
	transA, transB bool
	m, n, k        int
	pad            int // ld beyond the width
	alpha, beta    float32
}

func (c gemmCase) String() string {
	return fmt.Sprintf("%v%v_%dx%dx%d+%d_%g_%g", c.transA, c.transB, c.m, c.n, c.k, c.pad, c.alpha, c.beta)
}

// matrices returns A, B and C of a case.
func (c gemmCase) matrices(r *rand.Rand) (a, b, y *guarded) {
	shape := func(trans bool, rows, cols int) *guarded {
		if trans {
			rows, cols = cols, rows
		}
		return newGuarded(r, rows, cols, max(1, cols)+c.pad)
	}
	return shape(c.transA, c.m, c.k), shape(c.transB, c.k, c.n), shape(false, c.m, c.n)
}

func (c gemmCase) run(p *Pool, a, b, y *guarded) {
	p.Sgemm(c.transA, c.transB, c.m, c.n, c.k, c.alpha, a.data, a.ld, b.data, b.ld, c.beta, y.data, y.ld)
}

// reference is C in float64.
func (c gemmCase) reference(a, b, before *guarded) []float64 {
	want := make([]float64, c.m*c.n)
	for i := range c.m {
		for j := range c.n {
			var sum float64
			for l := range c.k {
				sum += a.at(c.transA, i, l) * b.at(c.transB, l, j)
			}
			sum *= float64(c.alpha)
			if c.beta != 0 {
				sum += float64(c.beta) * before.at(false, i, j)
			}
			want[i*c.n+j] = sum
		}
	}
	return want
}

// compare checks got against the reference.
func (c gemmCase) compare(t *testing.T, got *guarded, want []float64) {
	t.Helper()
	// Products are below 1, so the error of a sum of k terms grows like √k.
	tolerance := 1e-6 * (1 + math.Sqrt(float64(c.k))*8) * (1 + math.Abs(float64(c.alpha)))
	for i := range c.m {
		for j := range c.n {
			if v, w := got.at(false, i, j), want[i*c.n+j]; !(math.Abs(v-w) <= tolerance) {
				t.Fatalf("%s, %v: (%d,%d) = %v, want %v", Class(), c, i, j, v, w)
			}
		}
	}
}

func gemmCases(r *rand.Rand) []gemmCase {
	var cases []gemmCase
	add := func(m, n, k int) {
		scales := []float32{0, 1, -0.5, 2}
		cases = append(cases, gemmCase{
			transA: r.IntN(2) == 0, transB: r.IntN(2) == 0, m: m, n: n, k: k, pad: r.IntN(3) * r.IntN(20),
			alpha: scales[1+r.IntN(3)], beta: scales[r.IntN(4)],
		})
	}
	for range 3 { // so that each meets several of the transposes
		for _, m := range []int{0, 1, 2, 3, 8, 15, 17} {
			for _, n := range []int{0, 1, 3, 16, 47, 49} {
				for _, k := range []int{0, 1, 5, 16, 33} {
					add(m, n, k)
				}
			}
		}
		for range 40 {
			add(r.IntN(70), r.IntN(160), r.IntN(80))
		}
		// Across the ends of sum blocks.
		add(9, 50, 255)
		add(9, 50, 257)
		add(11, 60, 700)
	}
	// Across the ends of packed blocks and of blocks of threads.
	add(700, 20, 300)
	add(20, 1100, 280)
	add(530, 100, 260)
	// Rows read where they lie.
	for _, c := range [][3]int{{64, 128, 700}, {33, 1096, 257}, {40, 96, 150}, {192, 512, 16}, {97, 200, 31}, {32, 1032, 33}} {
		cases = append(cases, gemmCase{transB: true, m: c[0], n: c[1], k: c[2], pad: r.IntN(3) * r.IntN(20), alpha: 1})
	}
	return append(cases, gemmCase{m: 5, n: 5, k: 5, alpha: 0, beta: 2}, gemmCase{m: 5, n: 5, k: 5, alpha: 0, beta: 0})
}

func TestSgemm(t *testing.T) {
	pools := []*Pool{nil, NewPool(2), NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range gemmCases(r) {
		a, b, before := c.matrices(r)
		a0, b0 := a.clone(), b.clone()
		want := c.reference(a, b, before)
		withEachClass(func() {
			var first *guarded
			for _, p := range pools {
				got := before.clone()
				c.run(p, a, b, got)
				got.check(t, c.String())
				if first == nil {
					first = got
					c.compare(t, got, want)
				}
				sameBits(t, c.String(), got.all, first.all)
			}
		})
		sameBits(t, c.String()+" A", a.all, a0.all)
		sameBits(t, c.String()+" B", b.all, b0.all)
	}
}

// TestSgemmClassesAgree holds AVX2 and AVX-512 to the same bits: both sum in
// one chain of fused multiply-adds.
func TestSgemmClassesAgree(t *testing.T) {
	if detect() < avx512 {
		t.Skip("needs AVX-512")
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range gemmCases(r) {
		a, b, narrow := c.matrices(r)
		wide := narrow.clone()
		undo := force(avx2)
		c.run(nil, a, b, narrow)
		undo()
		undo = force(avx512)
		c.run(nil, a, b, wide)
		undo()
		sameBits(t, c.String(), narrow.all, wide.all)
	}
}

// TestSgemmOrder checks that the sum for an element does not depend on the
// size of C.
func TestSgemmOrder(t *testing.T) {
	eachClass(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		whole := gemmCase{m: 70, n: 110, k: 600, alpha: 1}
		a, b, c := whole.matrices(r)
		whole.run(nil, a, b, c)
		for _, sub := range []struct{ i, j, m, n int }{{0, 0, 1, 110}, {5, 7, 70 - 5, 1}, {9, 3, 2, 2}, {1, 0, 33, 100}} {
			got := make([]float32, sub.m*sub.n)
			Sgemm(false, false, sub.m, sub.n, whole.k, 1, a.data[sub.i*a.ld:], a.ld, b.data[sub.j:], b.ld, 0, got, sub.n)
			for i := range sub.m {
				sameBits(t, fmt.Sprint(sub), got[i*sub.n:][:sub.n], c.data[(sub.i+i)*c.ld+sub.j:][:sub.n])
			}
		}
	})
}

func TestGemmNotFinite(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachClass(t, func(t *testing.T) {
		for _, tt := range []struct {
			name        string
			a, b, c     float32
			alpha, beta float32
			want        float32
		}{
			{"0×NaN", 0, nan, 1, 1, 0, nan},
			{"NaN×0", nan, 0, 1, 1, 0, nan},
			{"0×Inf", 0, inf, 1, 1, 0, nan},
			{"1×Inf", 1, inf, 1, 1, 1, inf},
			{"beta 0 overwrites NaN", 2, 3, nan, 1, 0, 6},
			{"beta -0 overwrites NaN", 2, 3, nan, 1, float32(math.Copysign(0, -1)), 6},
			{"beta 1 keeps NaN", 2, 3, nan, 1, 1, nan},
			{"alpha 0 reads nothing", nan, nan, 4, 0, 0.5, 2},
			{"Inf-Inf", 1, inf, -inf, 1, 1, nan},
		} {
			for _, size := range []struct{ m, n, k int }{{1, 1, 1}, {9, 1, 3}, {1, 50, 2}, {13, 61, 40}} {
				a, b, c := make([]float32, size.m*size.k), make([]float32, size.k*size.n), make([]float32, size.m*size.n)
				for i := range size.m {
					a[i*size.k+size.k/2] = tt.a
				}
				for j := range size.n {
					b[size.k/2*size.n+j] = tt.b
				}
				for precision := range Precision(precisions) {
					for i := range c {
						c[i] = tt.c
					}
					(*Pool)(nil).Gemm(precision, false, false, size.m, size.n, size.k, tt.alpha, a, size.k, b, size.n, tt.beta, c, size.n)
					for i, v := range c {
						if v != tt.want && !(v != v && tt.want != tt.want) {
							t.Fatalf("%s %v in %v: element %d is %v, want %v", tt.name, size, precision, i, v, tt.want)
						}
					}
				}
			}
		}
	})
}

func TestSgemmPanics(t *testing.T) {
	x := make([]float32, 12)
	for _, tt := range []struct {
		name string
		call func()
		want string
	}{
		{"negative", func() { Sgemm(false, false, -1, 1, 1, 1, x, 1, x, 1, 0, x, 1) }, negativeSize},
		{"short a", func() { Sgemm(false, false, 4, 1, 4, 1, x, 4, x, 1, 0, x, 1) }, shortA},
		{"small lda", func() { Sgemm(false, false, 1, 1, 4, 1, x, 3, x, 1, 0, x, 1) }, shortA},
		{"small lda, transposed", func() { Sgemm(true, false, 4, 1, 1, 1, x, 3, x, 1, 0, x, 1) }, shortA},
		{"short b", func() { Sgemm(false, false, 1, 4, 4, 1, x, 4, x, 4, 0, x, 4) }, shortB},
		{"short c", func() { Sgemm(false, false, 4, 4, 1, 1, x, 1, x, 4, 0, x, 4) }, shortC},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("panic %v, want %q", got, tt.want)
				}
			}()
			tt.call()
		})
	}
}

func TestSgemmAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	x, y := make([]float32, 200*200), make([]float32, 200*200)
	eachClass(t, func(t *testing.T) {
		call := func() { p.Sgemm(false, true, 200, 200, 200, 1, x, 200, x, 200, 0, y, 200) }
		for range 10 { // both threads have taken their scratch
			call()
		}
		if n := testing.AllocsPerRun(20, call); n != 0 {
			t.Errorf("%v allocations a call", n)
		}
	})
}

// benchmarkShapes are the products of training at batch 64 and squares.
var benchmarkShapes = []gemmCase{
	{m: 1024, n: 1024, k: 1024},
	{m: 64, n: 512, k: 784},
	{m: 64, n: 784, k: 512, transB: true}, // its input gradient
	{m: 784, n: 512, k: 64, transA: true}, // its weight gradient
	{m: 64, n: 512, k: 512},
	{m: 64, n: 512, k: 512, transB: true},
	{m: 512, n: 512, k: 64, transA: true},
	{m: 64, n: 1024, k: 6272},
	{m: 64, n: 6272, k: 1024, transB: true},
	{m: 6272, n: 1024, k: 64, transA: true},
	{m: 64, n: 1, k: 1024},
	{m: 1024, n: 1, k: 64, transA: true},
	{m: 64, n: 1024, k: 1},
	{m: 64, n: 128, k: 2},
}

func BenchmarkSgemm(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		defer p.Close()
		for _, c := range benchmarkShapes {
			c.alpha = 1
			x, y, z := c.matrices(r)
			mark := func(t bool) string {
				if t {
					return "ᵀ"
				}
				return ""
			}
			b.Run(fmt.Sprintf("%dx%d%sx%d%s/threads=%d", c.m, c.k, mark(c.transA), c.n, mark(c.transB), threads), func(b *testing.B) {
				for b.Loop() {
					c.run(p, x, y, z)
				}
				reportRate(b, 2*float64(c.m*c.n*c.k), threads)
			})
		}
	}
}

// peaks holds PeakGFLOPS of as many threads as the key says.
var peaks = map[int]float64{}

// reportRate reports the floating-point operations a second of a benchmark,
// also as a share of what the FMA units can do.
func reportRate(b *testing.B, operations float64, threads int) {
	rate := operations * float64(b.N) / b.Elapsed().Seconds() / 1e9
	b.ReportMetric(rate, "GFLOP/s")
	if _, known := peaks[threads]; !known {
		peaks[threads] = PeakGFLOPS(threads)
	}
	if peak := peaks[threads]; peak > 0 {
		b.ReportMetric(100*rate/peak, "%peak")
	}
}
