package metrics

import (
	"context"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Extractor sees images as vectors, between which distances mean more than
// between pixels. Package classifier has one for digits and one for clothing;
// whatever answers to this can stand in for them.
type Extractor interface {
	// Name says whose features these are, in the names of all measures on
	// them: "LeNet" makes "FID (LeNet)".
	Name() string
	// Extract looks at images, N×C×H×W in −1…1. Images of another shape than
	// it knows are a fault of kind Data. The pool may be nil.
	Extract(ctx context.Context, pool *kernel.Pool, images *tensor.Tensor) (*Features, error)
}

// Features are what an Extractor sees in N images.
type Features struct {
	Vectors       *tensor.Tensor // N×D
	Probabilities *tensor.Tensor // N×K, rows that sum to 1; nil of what is no classifier
}
