package metrics

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

const (
	// KernelSubsets and KernelSubsetSize, m, are those of the published code.
	KernelSubsets    = 100
	KernelSubsetSize = 1000
)

// KernelDistance is the squared maximum mean discrepancy of two sets of vectors
// (N×D, M×D) under the cubic kernel k(x,y) = (⟨x,y⟩/D + 1)³, without bias:
//
//	MMD² = Σ_{i≠j} k(xᵢ,xⱼ)/(m(m−1)) + Σ_{i≠j} k(yᵢ,yⱼ)/(m(m−1)) − 2 Σ_{i,j} k(xᵢ,yⱼ)/m²
//
// It is the mean over subsets of m drawn without replacement, with their
// standard deviation; around 0 for equal distributions (below it too), lower is
// better. On an Inception network's features it is the KID; unlike FID it does
// not depend on the number of samples but for its noise. The subsets, each of 2 to
// min(N, M) vectors, follow from the seed.
//
// Source: Bińkowski et al., arXiv:1801.01401, section 4, and its code.
func KernelDistance(pool *kernel.Pool, a, b *tensor.Tensor, subsets, size int, seed uint64) (Spread, error) {
	if err := checkVectors(2, a, b); err != nil {
		return Spread{}, err
	}
	n, d := rows(a)
	m, _ := rows(b)
	if subsets < 1 || size < 2 || size > min(n, m) {
		return Spread{}, fault.New(fault.Usage, fmt.Sprintf("%d subsets of %d out of %d and %d examples", subsets, size, n, m), "", "ask for more examples")
	}
	orderA, orderB := make([]int32, n), make([]int32, m)
	x, y := make([]float32, size*d), make([]float32, size*d)
	distances := make([]float64, subsets)
	gram := newGram(pool, size, d)
	for s := range distances {
		tensor.NewStream(seed, "KID first set", uint64(s)).Perm(orderA)
		tensor.NewStream(seed, "KID second set", uint64(s)).Perm(orderB)
		pick(x, a.Data, orderA[:size], d)
		pick(y, b.Data, orderB[:size], d)
		distances[s] = gram.mmd(x, y)
	}
	return spreadOf(distances), nil
}

// pick copies the vectors of the given numbers.
func pick(dst, src []float32, numbers []int32, d int) {
	for i, k := range numbers {
		copy(dst[i*d:][:d], src[int(k)*d:][:d])
	}
}

// gram holds the products of size×size pairs.
type gram struct {
	pool     *kernel.Pool
	size, d  int
	products []float32
	sums     []float64 // of the rows
}

func newGram(pool *kernel.Pool, size, d int) *gram {
	return &gram{pool, size, d, make([]float32, size*size), make([]float64, size)}
}

func (g *gram) mmd(x, y []float32) float64 {
	m := float64(g.size)
	return g.sum(x, x, true)/(m*(m-1)) + g.sum(y, y, true)/(m*(m-1)) - 2*g.sum(x, y, false)/(m*m)
}

// sum adds up the kernel over all pairs, or over those of different numbers.
func (g *gram) sum(x, y []float32, apart bool) float64 {
	n := g.size
	tensor.Gemm(g.pool, false, true, n, n, g.d, 1/float32(g.d), x, g.d, y, g.d, 0, g.products, n)
	g.pool.RunFunc(n, func(i int) {
		g.sums[i] = 0
		for j, v := range g.products[i*n:][:n] {
			if apart && i == j {
				continue
			}
			k := float64(v) + 1
			g.sums[i] += k * k * k
		}
	})
	total := 0.0
	for _, s := range g.sums {
		total += s
	}
	return total
}
