package metrics

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
)

// SureAbove is the probability from which an image counts as read.
const SureAbove = 0.9

// Confident is the share of the rows of probabilities, N×K, whose largest is at
// least the bound: of images that a classifier reads without doubt. 0 … 1.
func Confident(probabilities *tensor.Tensor, bound float32) float64 {
	n, k := rows(probabilities)
	sure := make([]bool, n)
	for i := range sure {
		sure[i] = slices.Max(probabilities.Data[i*k:][:k]) >= bound
	}
	return share(sure)
}

// MeanConfidence is the mean over the rows of probabilities, N×K, of their
// largest. 1/K … 1.
func MeanConfidence(probabilities *tensor.Tensor) float64 {
	n, k := rows(probabilities)
	var sum float64
	for i := range n {
		sum += float64(slices.Max(probabilities.Data[i*k:][:k]))
	}
	return sum / float64(n)
}
