package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// generator is who answers: the process of a variant's plugin, or an ONNX model.
type generator interface {
	Sample(ctx context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error)
	Evaluate(ctx context.Context, req *zoo.EvaluateRequest) (*zoo.Evaluation, error)
	Export(ctx context.Context, req *zoo.ExportRequest, w io.Writer) error
	Close()
}

// source is a run's generator, ready to be asked: what sample, evaluate and
// export start from.
type source struct {
	generator
	run        *host.Run
	variant    *host.Variant
	checkpoint string // absolute path
	most       int    // samples that there are; 0: as many as are asked for
}

// openSource finds the run, its checkpoint (the file from, if given) and starts
// the variant's plugin. The caller closes it.
func openSource(ctx context.Context, f *Factory, ref, from string) (*source, error) {
	h, err := f.Host()
	if err != nil {
		return nil, err
	}
	run, err := h.FindRun(ref)
	if err != nil {
		return nil, err
	}
	s := &source{run: run}
	if from != "" {
		s.checkpoint, err = runs.FindCheckpoint(from)
	} else {
		s.checkpoint, err = newestCheckpoint(f, run)
	}
	if err != nil {
		return nil, err
	}
	if s.variant, err = h.VariantOf(run); err != nil {
		return nil, err
	}
	s.generator, err = h.Start(ctx, run.Variant)
	return s, err
}

// newestCheckpoint is run.Checkpoint, and tells when that is not the last one of its name.
func newestCheckpoint(f *Factory, run *host.Run) (string, error) {
	path, err := run.Checkpoint()
	if damaged := run.PassedOver(); err == nil && damaged != "" {
		f.Log.Warn().Str("file", damaged).Msgf("the latest checkpoint is cut short or cannot be read: %s is taken", filepath.Base(path))
	}
	return path, err
}

// draw returns n latents of a seed, n×latent.
func (s *source) draw(ctx context.Context, n int, seed uint64) (*tensor.Tensor, error) {
	return s.Sample(ctx, &zoo.SampleRequest{Checkpoint: s.checkpoint, N: n, Seed: seed, WantLatents: true})
}

// labels returns one label for each of n samples, nil for a variant that takes
// none. Those given are taken in turn, each for perLabel neighbours; without
// any, all classes are.
func (s *source) labels(given []int64, n, perLabel int) ([]int64, error) {
	classes := s.run.Dataset.Classes
	if !isConditional(s.variant, &s.run.Config) {
		if len(given) > 0 {
			return nil, usagef("leave --label out", "%s is not conditional: it takes no labels", s.variant.Name)
		}
		return nil, nil
	}
	for _, l := range given {
		if l >= int64(classes) {
			return nil, usagef(fmt.Sprintf("labels go from 0 to %d", classes-1), "%s was trained without a class %d", s.run.ID, l)
		}
	}
	if len(given) > n {
		return nil, usagef("ask for more samples or name fewer labels", "%d labels for %d samples", len(given), n)
	}
	out := make([]int64, n)
	for i := range out {
		if turn := i / perLabel; len(given) > 0 {
			out[i] = given[turn%len(given)]
		} else {
			out[i] = int64(turn % classes)
		}
	}
	return out, nil
}

// isConditional reports whether the samples of a variant with that configuration
// are of classes that are asked for.
func isConditional(v *host.Variant, c *zoo.Config) bool {
	return v.Labels == zoo.LabelsRequired || c.Conditional()
}

// walk returns rows×frames latents: for each row of from and to, frames of them
// spread evenly over the arc between both, as far as they are noise. A straight
// line would leave the shell on which a wide Gaussian's mass lies, and so what the
// generator has seen (White 2016, arXiv:1609.04468); codes lie on no shell.
func walk(from, to *tensor.Tensor, noise, frames int) *tensor.Tensor {
	rows, width := from.Shape[0], from.Shape[1]
	out := tensor.New(rows*frames, width)
	for r := range rows {
		a, b := from.Data[r*width:][:width], to.Data[r*width:][:width]
		for k := range frames {
			frame, t := out.Data[(r*frames+k)*width:][:width], float64(k)/float64(frames-1)
			slerp(frame[:noise], a[:noise], b[:noise], t)
			mix(frame[noise:], a[noise:], b[noise:], 1-t, t)
		}
	}
	return out
}

// slerp sets dst to sin((1−t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b, where Ω is the
// angle between a and b; to the straight line where the arc has no one plane.
func slerp(dst, a, b []float32, t float64) {
	var aa, bb, ab float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		aa, bb, ab = aa+x*x, bb+y*y, ab+x*y
	}
	wa, wb := 1-t, t
	if norm := math.Sqrt(aa * bb); norm > 0 {
		omega := math.Acos(min(1, max(-1, ab/norm)))
		if s := math.Sin(omega); s > 1e-6 {
			wa, wb = math.Sin((1-t)*omega)/s, math.Sin(t*omega)/s
		}
	}
	mix(dst, a, b, wa, wb)
}

// mix sets dst to wa·a + wb·b.
func mix(dst, a, b []float32, wa, wb float64) {
	for i := range dst {
		dst[i] = float32(wa*float64(a[i]) + wb*float64(b[i]))
	}
}

func firstNonFinite(x []float32) int {
	for i, v := range x {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return i
		}
	}
	return -1
}
