package cli

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
)

// latents returns what the generator is fed: rows of noise and codes. Labels, where
// the variant wants them, are filled up to as many.
func (o *sampleOptions) latents(ctx context.Context, src *source) (*tensor.Tensor, error) {
	given, err := o.given()
	if err != nil {
		return nil, err
	}
	codes, err := src.codes(o.Codes)
	if err != nil {
		return nil, err
	}
	sweeps, err := o.arrange(codes)
	if err != nil {
		return nil, err
	}
	if err := o.fill(src); err != nil {
		return nil, err
	}
	z := given
	switch {
	case z != nil:
	case o.Interpolate.Given:
		z, err = o.walks(ctx, src)
	default:
		z, err = o.draw(ctx, src, sweeps)
	}
	if err != nil {
		return nil, err
	}
	if err := src.setCodes(z, codes, o.Grid); err != nil {
		return nil, err
	}
	perLabel := 1 // neighbouring samples that share a label
	switch {
	case o.Labels.Sweep:
		o.Labels.List = repeated(o.Labels.List, z.Shape[0], o.Grid.Cols)
	case o.Interpolate.Given:
		perLabel = o.Grid.Cols
	}
	o.Labels.List, err = src.labels(o.Labels.List, z.Shape[0], perLabel)
	return z, err
}

// given reads the latents of a file, which say how many samples there are; nil
// without a file.
func (o *sampleOptions) given() (*tensor.Tensor, error) {
	if o.Latents == "" {
		return nil, nil
	}
	z, err := readLatents(o.Latents)
	if err == nil {
		o.N = z.Shape[0]
	}
	return z, err
}

// walks draws the two ends of each row of the grid, and what lies between them.
func (o *sampleOptions) walks(ctx context.Context, src *source) (*tensor.Tensor, error) {
	from, err := src.draw(ctx, o.Grid.Rows, o.Interpolate.From)
	if err != nil {
		return nil, err
	}
	to, err := src.draw(ctx, o.Grid.Rows, o.Interpolate.To)
	if err != nil {
		return nil, err
	}
	layout, err := layoutOf(from, src.run.Codes, src.variant.Name)
	if err != nil {
		return nil, err
	}
	return walk(from, to, layout.Noise, o.Grid.Cols), nil
}

// draw draws a row of latents for each sample. Those along a sweep share theirs:
// with one, all columns of a row do, with two all samples.
func (o *sampleOptions) draw(ctx context.Context, src *source, sweeps int) (*tensor.Tensor, error) {
	each := 1 // samples that share
	switch sweeps {
	case 1:
		each = o.Grid.Cols
	case 2:
		each = o.N
	}
	drawn, err := src.draw(ctx, (o.N+each-1)/each, o.Seed)
	if err != nil || each == 1 {
		return drawn, err
	}
	z := tensor.New(o.N, drawn.Shape[1])
	for i := range o.N {
		copy(rows(z, i, i+1).Data, rows(drawn, i/each, i/each+1).Data)
	}
	return z, nil
}

func readLatents(path string) (*tensor.Tensor, error) {
	z, err := npy.ReadTensor(path)
	if err != nil {
		return nil, err
	}
	if len(z.Shape) != 2 || z.Shape[0] == 0 || z.Shape[0] > maxSamples {
		return nil, fault.New(fault.Data, fmt.Sprintf("latents of shape %v", z.Shape), path,
			fmt.Sprintf("they must be N×latent, N from 1 to %d; `zoo sample --save-latents` writes such a file", maxSamples))
	}
	if i := firstNonFinite(z.Data); i >= 0 {
		return nil, fault.New(fault.Data, fmt.Sprintf("latent %d has a value that is no number: %v", i/z.Shape[1], z.Data[i]), path, "")
	}
	return z, nil
}
