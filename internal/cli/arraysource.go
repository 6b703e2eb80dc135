package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// isArray reports whether what stands for a RUN names a file of samples.
func isArray(ref string) bool { return strings.EqualFold(filepath.Ext(ref), ".npy") }

// openArray makes a source of samples that were made elsewhere: float32 images
// N×C×H×W in −1…1, or points N×2.
func openArray(ref string) (*source, error) {
	samples, err := npy.ReadTensor(ref)
	if err != nil {
		return nil, err
	}
	refuse := func(what, mend string) error { return fault.New(fault.Data, what, ref, mend) }
	kind := zoo.Images
	switch s := samples.Shape; {
	case len(s) == 2 && s[1] == 2:
		kind = zoo.Points
	case len(s) != 4 || s[1] != 1 && s[1] != 3:
		return nil, refuse(fmt.Sprintf("an array of shape %v holds no samples", s),
			"give images as N×C×H×W with one channel or three, or points as N×2")
	}
	if samples.Shape.Size() == 0 {
		return nil, refuse("the array holds no samples", "")
	}
	if i := firstNonFinite(samples.Data); i >= 0 {
		return nil, refuse(fmt.Sprintf("value %d is %v", i, samples.Data[i]), "leave out samples that are not finite")
	}
	if kind == zoo.Images && (slices.Max(samples.Data) > 1 || slices.Min(samples.Data) < -1) {
		return nil, refuse(fmt.Sprintf("values go from %g to %g", slices.Min(samples.Data), slices.Max(samples.Data)),
			"scale images to −1…1, as by x/127.5 − 1")
	}
	path, err := filepath.Abs(ref)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(ref)
	return &source{
		generator:  &arrayGenerator{samples, ref},
		run:        &host.Run{ID: name, Variant: name, Dataset: zoo.Dataset{Kind: kind, Shape: samples.Shape[1:]}},
		variant:    &host.Variant{Description: zoo.Description{Name: name, Labels: zoo.LabelsUnused}, Path: path},
		checkpoint: path,
		most:       samples.Shape[0],
	}, nil
}

// arrayGenerator answers as a plugin does, out of samples at hand.
type arrayGenerator struct {
	samples *tensor.Tensor
	path    string
}

// Sample returns the first of the samples.
func (g *arrayGenerator) Sample(_ context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error) {
	if req.Latents != nil || req.WantLatents || req.Raw {
		return nil, usagef("name a run or an ONNX model", "%s is an array of samples, it draws none", g.path)
	}
	if has := g.samples.Shape[0]; req.N > has {
		return nil, usagef(fmt.Sprintf("ask for at most %d with --n", has), "%s holds %d samples, not %d", g.path, has, req.N)
	}
	shape := slices.Clone(g.samples.Shape)
	shape[0] = req.N
	return tensor.Of(g.samples.Data[:shape.Size()], shape...), nil
}

// Evaluate has nothing to add: samples know no measures.
func (g *arrayGenerator) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	return &zoo.Evaluation{}, nil
}

func (g *arrayGenerator) Export(context.Context, *zoo.ExportRequest, io.Writer) error {
	return usagef("name a run", "%s is an array of samples, no generator", g.path)
}

func (g *arrayGenerator) Close() {}
