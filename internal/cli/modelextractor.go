package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// modelExtractor sees images by an ONNX model: --features inception.onnx.
type modelExtractor struct {
	*onnxrun.Extractor
	path string
}

func (o *modelOptions) extractor(path string, pool *kernel.Pool) (metrics.Extractor, error) {
	m, err := o.openToRun(path, pool)
	if err != nil {
		return nil, err
	}
	e, err := onnxrun.NewExtractor(m)
	if err != nil {
		return nil, at(err, path)
	}
	return &modelExtractor{e, path}, nil
}

// Name is the file's, without its ending.
func (e *modelExtractor) Name() string {
	return strings.TrimSuffix(filepath.Base(e.path), filepath.Ext(e.path))
}

// Extract runs on the pool that the model was opened with.
func (e *modelExtractor) Extract(ctx context.Context, _ *kernel.Pool, images *tensor.Tensor) (*metrics.Features, error) {
	vectors, probabilities, err := e.Extractor.Extract(ctx, images)
	if err != nil {
		return nil, at(err, e.path)
	}
	return &metrics.Features{Vectors: vectors, Probabilities: probabilities}, nil
}
