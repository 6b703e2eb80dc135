package metrics

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// SlicedDirections is how many directions the zoo's figures are taken along.
const SlicedDirections = 256

// SlicedWasserstein1 is the mean earth mover's distance of two sets of vectors
// (N×D, M×D) seen along directions θ drawn evenly from the sphere:
//
//	SW₁ = E_θ W₁(⟨θ,x⟩, ⟨θ,y⟩),  W₁ of numbers = ∫₀¹ |F⁻¹(t) − G⁻¹(t)| dt
//
// from 0, lower is better, in units of the vectors; the directions follow from the seed.
// It takes N ln N a direction
// where the exact distance takes N³.
//
// Source: Bonneel et al., Sliced and Radon Wasserstein barycenters of measures,
// J. Math. Imaging Vis. 51 (2015), section 2; Deshpande et al.,
// arXiv:1803.11188.
func SlicedWasserstein1(pool *kernel.Pool, a, b *tensor.Tensor, directions int, seed uint64) (float64, error) {
	if err := checkVectors(1, a, b); err != nil {
		return 0, err
	}
	_, d := rows(a)
	theta := make([]float32, directions*d)
	tensor.NewStream(seed, "sliced Wasserstein", 0).Normal(theta)
	for k := range directions {
		normalise(theta[k*d:][:d])
	}
	seenA, seenB := project(pool, theta, a), project(pool, theta, b)
	n, m := a.Shape[0], b.Shape[0]
	distances := make([]float64, directions)
	pool.RunFunc(directions, func(k int) {
		distances[k] = wassersteinOnLine(seenA[k*n:][:n], seenB[k*m:][:m])
	})
	sum := 0.0
	for _, v := range distances {
		sum += v
	}
	return sum / float64(directions), nil
}

func normalise(v []float32) {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
}

// project returns ⟨θ,x⟩, a row a direction.
func project(pool *kernel.Pool, theta []float32, t *tensor.Tensor) []float32 {
	n, d := rows(t)
	k := len(theta) / d
	seen := make([]float32, k*n)
	tensor.Gemm(pool, false, true, k, n, d, 1, theta, d, t.Data, d, 0, seen, n)
	return seen
}

// wassersteinOnLine is W₁ of two sets of numbers, which it sorts: the area
// between their quantile functions, steps of 1/N and of 1/M.
func wassersteinOnLine(a, b []float32) float64 {
	slices.Sort(a)
	slices.Sort(b)
	n, m := len(a), len(b)
	area := 0.0
	// In units of 1/(N·M) the steps end at whole numbers.
	for i, j, at := 0, 0, 0; i < n && j < m; {
		end := min((i+1)*m, (j+1)*n)
		area += float64(end-at) * math.Abs(float64(a[i])-float64(b[j]))
		at = end
		if at == (i+1)*m {
			i++
		}
		if at == (j+1)*n {
			j++
		}
	}
	return area / (float64(n) * float64(m))
}
