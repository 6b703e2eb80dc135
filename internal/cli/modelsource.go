package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// modelOptions are the flags of verbs that read ONNX models.
type modelOptions struct {
	AllowExternalData bool
	Memory            int
}

func (o *modelOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.AllowExternalData, "allow-external-data", false, "let an ONNX model read its weights from other files of its folder")
	positiveVar(flags, &o.Memory, "memory", "size", "memory that an ONNX model may take, like 2GiB; by default three times its file and 64 MiB an example", parseSize)
}

// parseSize reads a number of bytes with a unit: 512MiB, 2GiB.
func parseSize(s string) (int, error) {
	for unit, shift := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if number, ok := strings.CutSuffix(s, unit); ok {
			n, err := parseWhole(strings.TrimSpace(number), 1<<20)
			return int(n) << shift, err
		}
	}
	return 0, fmt.Errorf("it wants a number and a unit: KiB, MiB or GiB")
}

func (o *modelOptions) open(path string, pool *kernel.Pool) (*onnxrun.Model, error) {
	return onnxrun.Open(path, onnxrun.Options{AllowExternalData: o.AllowExternalData, MaxMemory: o.Memory, Pool: pool})
}

// openToRun is open for a model that is to be run.
func (o *modelOptions) openToRun(path string, pool *kernel.Pool) (*onnxrun.Model, error) {
	m, err := o.open(path, pool)
	if err != nil {
		return nil, err
	}
	return o.toRun(m, path, pool)
}

// toRun is an opened model as it can be run: float16 is computed as float32, as
// runtimes for CPUs do.
func (o *modelOptions) toRun(m *onnxrun.Model, path string, pool *kernel.Pool) (*onnxrun.Model, error) {
	if !m.Has(onnxrun.Float16) {
		return m, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "the ONNX model cannot be read", path, fault.ToRead(err))
	}
	if content, err = widened(content); err != nil {
		return nil, at(err, path)
	}
	m, err = onnxrun.Load(content, onnxrun.Options{MaxMemory: o.Memory, Pool: pool})
	return m, at(err, path)
}

// widened is a model with its float16 as float32.
func widened(content []byte) ([]byte, error) {
	file, err := rewrite.Parse(content)
	if err != nil {
		return nil, err
	}
	file.Widen()
	return file.Bytes()
}

// isModel reports whether what stands for a RUN names an ONNX file.
func isModel(ref string) bool { return strings.EqualFold(filepath.Ext(ref), ".onnx") }

// isRun reports whether it names a run, and no file in the place of one.
func isRun(ref string) bool { return !isModel(ref) && !isArray(ref) }

// openGenerator is openSource for verbs that take an ONNX file, or a file of
// samples, in the place of a run.
func openGenerator(ctx context.Context, f *Factory, ref, from string, o modelOptions, threads int) (*source, error) {
	switch {
	case isRun(ref):
		return openSource(ctx, f, ref, from)
	case from != "":
		return nil, usagef("leave --from out", "%s has no checkpoints", ref)
	case isArray(ref):
		return openArray(ref)
	}
	path, err := filepath.Abs(ref)
	if err != nil {
		return nil, err
	}
	pool := kernel.NewPool(threads)
	m, err := o.openToRun(path, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		pool.Close()
		return nil, at(err, ref)
	}
	name := filepath.Base(ref)
	s := &source{
		generator:  &modelGenerator{Generator: g, f: f, model: m, pool: pool, path: ref},
		run:        &host.Run{ID: name, Variant: name, Dataset: zoo.Dataset{Kind: zoo.Images, Shape: g.Example, Classes: g.Classes}, Codes: g.Latents.Codes},
		variant:    &host.Variant{Description: zoo.Description{Name: name, Labels: zoo.LabelsUnused}, Path: path},
		checkpoint: path,
	}
	if len(g.Example) == 1 {
		s.run.Dataset.Kind = zoo.Points
	}
	if g.Classes > 0 {
		s.variant.Labels = zoo.LabelsRequired
	}
	return s, nil
}

// modelGenerator answers as a plugin does, out of an ONNX model.
type modelGenerator struct {
	*onnxrun.Generator
	f     *Factory
	model *onnxrun.Model
	pool  *kernel.Pool
	path  string
	told  bool // that it takes much memory
}

func (g *modelGenerator) Sample(ctx context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error) {
	if req.Raw {
		return nil, usagef("leave --raw out", "an ONNX model has one set of weights")
	}
	z := req.Latents
	if z == nil {
		z = g.Latents.Draw(latent.Samples, req.Seed, req.N)
	}
	if req.WantLatents {
		return z, nil
	}
	samples, err := g.Generator.Sample(ctx, z, req.Labels)
	if !g.told {
		g.told = tellMemory(g.f, g.model, g.path)
	}
	return samples, at(err, g.path)
}

// tellMemory tells, and reports, that a model has taken more than one of its size
// may for one example.
func tellMemory(f *Factory, m *onnxrun.Model, path string) bool {
	held, one := m.Memory()
	if held > one {
		f.advise("%s takes %s for its batches", path, text.Bytes(int64(held)))
	}
	return held > one
}

// Evaluate has nothing to add: a model knows no measures.
func (g *modelGenerator) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	return &zoo.Evaluation{}, nil
}

func (g *modelGenerator) Export(context.Context, *zoo.ExportRequest, io.Writer) error {
	return usagef("copy the file", "%s is an ONNX model already", g.path)
}

func (g *modelGenerator) Close() { g.pool.Close() }
