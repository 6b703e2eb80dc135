package metrics

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// rows returns the number N and the width D of a set of N vectors: a tensor of
// N×…, each example taken as one vector.
func rows(t *tensor.Tensor) (n, d int) {
	if len(t.Shape) == 0 || t.Shape[0] == 0 {
		return 0, 0
	}
	return t.Shape[0], len(t.Data) / t.Shape[0]
}

// checkVectors refuses sets of fewer than least finite vectors, and sets of
// different widths.
func checkVectors(least int, sets ...*tensor.Tensor) error {
	_, width := rows(sets[0])
	for _, t := range sets {
		n, d := rows(t)
		if n < least {
			return fault.New(fault.Usage, fmt.Sprintf("this measure takes %d examples or more, and there are %d", least, n), "", "ask for more")
		}
		if d != width || d == 0 {
			return fault.New(fault.Usage, fmt.Sprintf("vectors of %d numbers against vectors of %d", width, d), "", "")
		}
		for i, v := range t.Data {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return fault.New(fault.Data, fmt.Sprintf("example %d has a value that is no number", i/d), "", "the generator has diverged: go back to an earlier checkpoint")
			}
		}
	}
	return nil
}

// First returns the first n examples of t, which must have as many.
func First(t *tensor.Tensor, n int) *tensor.Tensor {
	_, d := rows(t)
	return tensor.Of(t.Data[:n*d], append([]int{n}, t.Shape[1:]...)...)
}
