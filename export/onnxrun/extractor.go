package onnxrun

import (
	"context"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Extractor is a model taken for one that sees images as vectors: one float32
// input N×C×H×W of images in −1…1, and outputs N×D. An output whose rows are
// probabilities is taken for the classes.
type Extractor struct {
	model *Model
	input Port
}

// NewExtractor looks at a model's inputs and outputs. A model that is no
// extractor is a *fault.Error of kind Data.
func NewExtractor(m *Model) (*Extractor, error) {
	if len(m.inputs) != 1 || m.inputs[0].Type != Float32 || len(m.inputs[0].Dims) != 4 {
		return nil, fault.New(fault.Data, "the ONNX model is no extractor of features: it must have one float32 input of N×C×H×W", "", "`zoo inspect` shows its inputs and outputs")
	}
	return &Extractor{m, m.inputs[0]}, nil
}

// Extract looks at images, N×C×H×W in −1…1, in batches. probabilities is nil where
// the model has none.
func (e *Extractor) Extract(ctx context.Context, images *tensor.Tensor) (vectors, probabilities *tensor.Tensor, err error) {
	if len(images.Shape) != 4 || images.Shape[0] == 0 {
		return nil, nil, fault.New(fault.Data, fmt.Sprintf("images of shape %v where N×C×H×W is wanted", images.Shape), "", "")
	}
	n, width := images.Shape[0], images.Shape[1:].Size()
	batch := min(n, maxGeneratorBatch)
	if fixed := e.input.Dims[0].Size; fixed > 0 {
		batch = fixed
	}
	part := tensor.New(append([]int{batch}, images.Shape[1:]...)...)
	found := map[string]*tensor.Tensor{}
	for i := 0; i < n; i += batch {
		if ctx.Err() != nil {
			return nil, nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the evaluation was cancelled", "", "")
		}
		end := min(n, i+batch)
		clear(part.Data[copy(part.Data, images.Data[i*width:end*width]):])
		results, err := e.model.Run(map[string]*Array{e.input.Name: FromTensor(part)})
		if err != nil {
			return nil, nil, err
		}
		for name, a := range results {
			if a.Type != Float32 || len(a.Shape) < 2 || a.Shape[0] != batch || a.size() == 0 {
				continue
			}
			columns := a.size() / batch
			if found[name] == nil {
				found[name] = tensor.New(n, columns)
			}
			if found[name].Shape[1] != columns {
				return nil, nil, fault.New(fault.Data, fmt.Sprintf("the ONNX model is no extractor of features: output %q has %d numbers for some images and %d for others", name, found[name].Shape[1], columns), "", "")
			}
			copy(found[name].Data[i*columns:end*columns], a.Data.([]float32))
		}
	}
	for _, p := range e.model.outputs {
		switch t := found[p.Name]; {
		case t == nil:
		case probabilities == nil && areProbabilities(t):
			probabilities = t
		case vectors == nil:
			vectors = t
		}
	}
	if vectors == nil {
		vectors = probabilities
	}
	if vectors == nil {
		return nil, nil, fault.New(fault.Data, "the ONNX model is no extractor of features: it has no float32 output of N×D", "", "`zoo inspect` shows its outputs")
	}
	return vectors, probabilities, nil
}

// areProbabilities reports whether every row is of numbers from 0 to 1 with a sum
// of 1.
func areProbabilities(t *tensor.Tensor) bool {
	columns := t.Shape[1]
	if columns < 2 {
		return false
	}
	for i := 0; i < len(t.Data); i += columns {
		sum := 0.0
		for _, v := range t.Data[i : i+columns] {
			if !(v >= 0 && v <= 1) {
				return false
			}
			sum += float64(v)
		}
		if math.Abs(sum-1) > 1e-3 {
			return false
		}
	}
	return true
}
