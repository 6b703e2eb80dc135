package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// collector puts the blocks of a product together.
type collector struct {
	c      []float32
	n      int
	times  []int32 // that each element came
	beside [][]float32
}

func newCollector(m, n int) *collector {
	c := &collector{c: make([]float32, m*n), n: n, times: make([]int32, m*n)}
	for range 2 {
		c.beside = append(c.beside, make([]float32, m*n))
	}
	return c
}

func (c *collector) Take(block []float32, ld, i, rows, j, cols int) {
	for r := range rows {
		at := (i+r)*c.n + j
		copy(c.c[at:at+cols], block[r*ld:])
		for x := range cols {
			c.times[at+x]++
		}
	}
}

func (c *collector) Beside() [][]float32 { return c.beside }

// TestGemmTaken holds the blocks of a product to its bits, whatever the precision
// and the threads.
func TestGemmTaken(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	r := rand.New(rand.NewPCG(31, 32))
	cases := []gemmCase{
		{m: 70, n: 2500, k: 40, transA: true}, // several blocks of columns
		{m: 130, n: 100, k: 300, transA: true},
		{m: 9, n: 1, k: 17, transB: true},
		{m: 1, n: 33, k: 1},
		{m: 600, n: 49, k: 600, transA: true, transB: true},
	}
	for i, c := range gemmCases(r) {
		if i%29 == 0 && c.k > 0 {
			cases = append(cases, c)
		}
	}
	for _, c := range cases {
		c.alpha, c.beta = 1, 0
		a, b, y := c.matrices(r)
		eachPrecision(func(p Precision) {
			if p == BF16x3 && narrow(c.m, c.n) || p.Emulated() && c.m*c.n*c.k > 1<<20 {
				return // Gemm splits what it turns the other way round; portable pairs take long
			}
			name := fmt.Sprintf("%s %s %v", Class(), p, c)
			want := y.clone()
			pool.Gemm(p, c.transA, c.transB, c.m, c.n, c.k, 1, a.data, a.ld, b.data, b.ld, 0, want.data, want.ld)
			for _, pool := range []*Pool{nil, pool} {
				got := newCollector(c.m, c.n)
				pool.GemmTaken(p, c.transA, c.transB, c.m, c.n, c.k, a.data, a.ld, b.data, b.ld, got)
				for i := range c.m {
					sameBits(t, name, got.c[i*c.n:][:c.n], want.data[i*want.ld:][:c.n])
				}
				for i, times := range got.times {
					if times != 1 {
						t.Fatalf("%s: element %d came %d times", name, i, times)
					}
				}
			}
		})
	}
}

func TestGemmTakenAllocatesNothing(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	const m, n, k = 64, 500, 20
	a, b := make([]float32, m*k), make([]float32, k*n)
	c := newCollector(m, n)
	for p := range Precision(precisions) {
		run := func() { pool.GemmTaken(p, true, false, m, n, k, a, m, b, n, c) }
		run()
		if got := testing.AllocsPerRun(10, run); got != 0 {
			t.Errorf("%s: %v allocations", p, got)
		}
	}
}

// BenchmarkGemmTaken computes the gradients by the dense layers of dcgan28, with and
// without the product in memory.
func BenchmarkGemmTaken(b *testing.B) {
	for _, s := range [][3]int{{1024, 6272, 128}, {6272, 1024, 64}, {1024, 6272, 192}} {
		m, n, k := s[0], s[1], s[2]
		pool := NewPool(2)
		r := rand.New(rand.NewPCG(33, 34))
		c := gemmCase{m: m, n: n, k: k, transA: true, alpha: 1}
		x, y, product := c.matrices(r)
		d := &descent{n: n, w: make([]float32, m*n), m: make([]float32, m*n), v: make([]float32, m*n)}
		work := 2 * float64(m) * float64(n) * float64(k)
		b.Run(fmt.Sprintf("%dx%dx%d/taken", m, n, k), func(b *testing.B) {
			for range b.N {
				pool.GemmTaken(Float32, true, false, m, n, k, x.data, x.ld, y.data, y.ld, d)
			}
			reportRate(b, work, 2)
		})
		b.Run(fmt.Sprintf("%dx%dx%d/stored", m, n, k), func(b *testing.B) {
			d.product = product.data
			for range b.N {
				c.run(pool, x, y, product)
				pool.Run(m, d)
			}
			reportRate(b, work, 2)
		})
		pool.Close()
	}
}

// descent is Adam's update, by blocks of a gradient or by its rows.
type descent struct {
	n       int
	w, m, v []float32
	product []float32
}

func (d *descent) Beside() [][]float32 { return [][]float32{d.w, d.m, d.v} }

func (d *descent) Do(i int) { d.Take(d.product[i*d.n:], d.n, i, 1, 0, d.n) }

func (d *descent) Take(block []float32, ld, i, rows, j, cols int) {
	const atOnce = 784
	for r := range rows {
		for done := 0; done < cols; done += atOnce {
			from := (i+r)*d.n + j + done
			to := from + min(atOnce, cols-done)
			g := block[r*ld+done:][:to-from]
			w, m, v := d.w[from:to], d.m[from:to], d.v[from:to]
			WeightedSum(m, m, g, 0.5, 0.5)
			WeightedSquare(v, v, g, 0.9, 0.1)
			Descend(w, w, m, v, 1, 1e-8, 1e-4)
		}
	}
}
