package metrics

import (
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Examples hands over a set that may be too large for memory, part by part, each
// N×…; what it hands over may change with the next part. It returns the first
// error of its own or of visit.
type Examples func(visit func(part *tensor.Tensor) error) error

// Neighbours are the nearest training examples of samples: the test of whether a
// generator has learned its data by heart.
type Neighbours struct {
	Index    []int     // of the nearest example, in the order they came
	Distance []float64 // ‖sample − example‖₂, in units of the numbers compared
}

// Mean is the mean distance.
func (n Neighbours) Mean() float64 {
	sum := 0.0
	for _, d := range n.Distance {
		sum += d
	}
	return sum / float64(max(1, len(n.Distance)))
}

// NearestNeighbours finds the nearest of the examples for each sample. Samples
// that are nearer to the training data than test data are have been copied; the
// reference figure is therefore that of test examples in the samples' place.
func NearestNeighbours(pool *kernel.Pool, samples *tensor.Tensor, examples Examples) (Neighbours, error) {
	n, d := rows(samples)
	if err := checkVectors(1, samples); err != nil {
		return Neighbours{}, err
	}
	found := Neighbours{Index: make([]int, n), Distance: make([]float64, n)}
	for i := range found.Distance {
		found.Distance[i] = math.Inf(1)
	}
	first := 0
	err := examples(func(part *tensor.Tensor) error {
		if err := checkVectors(1, samples, part); err != nil {
			return err
		}
		eachRow(pool, samples, part, func(i int, squared []float32) {
			at, _ := leastBut(squared, self)
			distance := exact(samples.Data[i*d:][:d], part.Data[at*d:][:d])
			if distance < found.Distance[i] {
				found.Index[i], found.Distance[i] = first+at, distance
			}
		})
		m, _ := rows(part)
		first += m
		return nil
	})
	if err == nil && first == 0 {
		err = fault.New(fault.Usage, "there are no examples to look for neighbours among", "", "")
	}
	return found, err
}
