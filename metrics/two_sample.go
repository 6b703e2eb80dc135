package metrics

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// TwoSample is the accuracy of the 1-nearest-neighbour classifier that tells
// samples from data, each left out in turn: ½ where they cannot be told apart,
// 1 where they can, and below ½ where samples copy the data.
//
// Source: Lopez-Paz and Oquab, arXiv:1610.06545; Xu et al., arXiv:1806.07755,
// section 2.
type TwoSample struct {
	Accuracy float64 // 0 … 1, best at ½
	OnReal   float64 // on the data alone; low where samples lie around each of them
	OnFake   float64 // on the samples alone; high where they keep to themselves (collapse)
}

// TwoSampleTest tests two sets of equally many vectors, N×D.
func TwoSampleTest(pool *kernel.Pool, samples, data *tensor.Tensor) (TwoSample, error) {
	if err := checkVectors(2, samples, data); err != nil {
		return TwoSample{}, err
	}
	n, _ := rows(samples)
	if m, _ := rows(data); m != n {
		return TwoSample{}, fault.New(fault.Usage, fmt.Sprintf("%d samples against %d of the data: the sets must have one size", n, m), "", "")
	}
	t := TwoSample{OnReal: share(amongOwn(pool, data, samples)), OnFake: share(amongOwn(pool, samples, data))}
	t.Accuracy = (t.OnReal + t.OnFake) / 2
	return t, nil
}

// amongOwn tells of each vector whether the nearest of all the others is one of
// its own set. A tie goes to its own.
func amongOwn(pool *kernel.Pool, own, other *tensor.Tensor) []bool {
	n, _ := rows(own)
	nearest := make([]float32, n)
	eachRow(pool, own, own, func(i int, squared []float32) {
		_, nearest[i] = leastBut(squared, i)
	})
	yes := make([]bool, n)
	eachRow(pool, own, other, func(i int, squared []float32) {
		_, d := leastBut(squared, self)
		yes[i] = nearest[i] <= d
	})
	return yes
}
