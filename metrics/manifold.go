package metrics

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// ManifoldNeighbours is k of the published figures.
const ManifoldNeighbours = 5

// Manifold says how the samples and the data lie in each other's neighbourhoods.
// With B(z) the ball around z as far as its k-th nearest fellow, N data x and M
// samples y:
//
//	precision = share of the samples that are in some B(x)
//	recall    = share of the data that are in some B(y)
//	density   = Σ over all pairs of [y ∈ B(x)] / (k·M)
//	coverage  = share of the data with some sample in B(x)
//
// All but density lie in 0 … 1; higher is better; density is about 1 for equal
// distributions.
//
// Sources: Kynkäänniemi et al., arXiv:1904.06991, equation 1 (precision and
// recall); Naeem et al., arXiv:2002.09797, equations 3 and 5.
type Manifold struct{ Precision, Recall, Density, Coverage float64 }

// Manifolds measures samples (M×D) against data (N×D), each set of more than k vectors;
// the published figures have k = ManifoldNeighbours.
func Manifolds(pool *kernel.Pool, samples, data *tensor.Tensor, k int) (Manifold, error) {
	if err := checkVectors(k+1, samples, data); err != nil {
		return Manifold{}, err
	}
	m, _ := rows(samples)
	n, _ := rows(data)
	ofSamples, ofData := radii(pool, samples, k), radii(pool, data, k)

	precise := make([]bool, m)
	within := make([]int, m) // how many balls of the data hold the sample
	eachRow(pool, samples, data, func(i int, squared []float32) {
		for j, d := range squared {
			if d <= ofData[j] {
				within[i]++
			}
		}
		precise[i] = within[i] > 0
	})
	recalled, covered := make([]bool, n), make([]bool, n)
	eachRow(pool, data, samples, func(i int, squared []float32) {
		for j, d := range squared {
			recalled[i] = recalled[i] || d <= ofSamples[j]
			covered[i] = covered[i] || d <= ofData[i]
		}
	})
	balls := 0
	for _, w := range within {
		balls += w
	}
	return Manifold{
		Precision: share(precise), Recall: share(recalled),
		Density: float64(balls) / float64(k*m), Coverage: share(covered),
	}, nil
}

func share(which []bool) float64 {
	count := 0
	for _, yes := range which {
		if yes {
			count++
		}
	}
	return float64(count) / float64(len(which))
}
