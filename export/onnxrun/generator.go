package onnxrun

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// Generator is a model taken for a generator: a float32 input of noise, perhaps one
// of labels, and an output of images or points. Which is which is told by their
// names and shapes. Inputs of codes are told by the metadata of zoo's own exports.
type Generator struct {
	model  *Model
	noise  Port
	shape  tensor.Shape // of one noise: 100, or 100×1×1
	labels *Port        // nil where it takes none
	output Port

	Latents latent.Layout // of a row of latents: the noise, then the codes
	Classes int           // labels go from 0 to below; 0: it takes none
	Example tensor.Shape  // C×H×W of images, or 2 of points

	bytes      bool // the output is N×H×W×C bytes
	scale, off float32
}

// Metadata keys that say how to feed a model and what its pixels mean.
const (
	metaPrior      = "ganzoo.prior"
	metaCodes      = "ganzoo.codes"
	metaPixelRange = "Image.NominalPixelRange"
)

// maxGeneratorBatch is how many examples are run at once.
const maxGeneratorBatch = 64

// NewGenerator looks at a model's inputs and outputs, and tries it on one latent.
// A model that is no generator is a *fault.Error of kind Data that says why.
func NewGenerator(m *Model) (*Generator, error) {
	g := &Generator{model: m, Latents: latent.Layout{Uniform: m.Metadata[metaPrior] == "uniform"}, scale: 1}
	if err := g.findInputs(); err != nil {
		return nil, noGenerator(err)
	}
	if err := g.checkWidth(); err != nil {
		return nil, noGenerator(err)
	}
	g.output = m.outputs[0]
	for _, p := range m.outputs {
		if p.Name == "image" {
			g.output = p
		}
	}
	probe, err := g.run(tensor.New(1, g.Latents.Width()), make([]int64, 1))
	if err != nil {
		return nil, err
	}
	if err := g.understand(probe); err != nil {
		return nil, noGenerator(err)
	}
	return g, nil
}

func noGenerator(err error) error {
	return fault.Wrap(fault.Data, err, "the ONNX model is no generator", "", "`zoo inspect` shows its inputs and outputs")
}

// Sample makes one example of each row of latents, N×(noise and codes), in −1…1:
// N×C×H×W, or N×2. labels has one for each where the model takes them, and is nil
// elsewhere. Latents of another width are a *fault.Error of kind Usage. It ends between
// two batches when ctx does, with one of kind Canceled.
func (g *Generator) Sample(ctx context.Context, latents *tensor.Tensor, labels []int64) (*tensor.Tensor, error) {
	size := g.Latents.Width()
	if len(latents.Shape) != 2 || latents.Shape[1] != size {
		return nil, fault.New(fault.Usage, fmt.Sprintf("latents of shape %v do not fit", latents.Shape), "--latents", fmt.Sprintf("this generator takes N×%d", size))
	}
	n := latents.Shape[0]
	out := tensor.New(append([]int{n}, g.Example...)...)
	width := g.Example.Size()
	batch := min(n, maxGeneratorBatch)
	if fixed := g.noise.Dims[0].Size; fixed > 0 {
		batch = fixed
	}
	z, y := tensor.New(batch, size), []int64(nil)
	if g.labels != nil {
		y = make([]int64, batch)
	}
	for i := 0; i < n; i += batch { // the last part is filled up, so that one program serves all
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the sampling was cancelled", "", "")
		}
		end := min(n, i+batch)
		clear(z.Data[copy(z.Data, latents.Data[i*size:end*size]):])
		if labels != nil {
			clear(y[copy(y, labels[i:end]):])
		}
		part, err := g.run(z, y)
		if err != nil {
			return nil, err
		}
		if part.size() != batch*width {
			return nil, fault.New(fault.Data, fmt.Sprintf("output %q is %v for a batch of %d", g.output.Name, part, batch), "", "")
		}
		g.take(out.Data[i*width:end*width], part)
	}
	return out, nil
}

// take brings a part of the output to −1…1, channels first.
func (g *Generator) take(to []float32, part *Array) {
	if !g.bytes {
		for i, v := range part.Data.([]float32)[:len(to)] {
			to[i] = v*g.scale + g.off
		}
		return
	}
	c, plane := g.Example[0], g.Example[1]*g.Example[2]
	for i := range to {
		n, ch, p := i/(c*plane), i/plane%c, i%plane
		to[i] = float32(part.Data.([]uint8)[(n*plane+p)*c+ch])*g.scale + g.off
	}
}

// run feeds one batch. A model of a fixed batch gets as many rows as it wants.
func (g *Generator) run(z *tensor.Tensor, labels []int64) (*Array, error) {
	n := z.Shape[0]
	if fixed := g.noise.Dims[0].Size; fixed > n {
		more := tensor.New(fixed, g.Latents.Width())
		copy(more.Data, z.Data)
		z, n = more, fixed
		if g.labels != nil {
			labels = append(labels, make([]int64, fixed-len(labels))...)
		}
	}
	inputs := map[string]*Array{}
	for name, part := range g.Latents.Split(z) {
		inputs[name] = FromTensor(part)
	}
	noise := inputs[latent.Noise].Data
	delete(inputs, latent.Noise)
	inputs[g.noise.Name] = &Array{Float32, append(tensor.Shape{n}, g.shape...), noise}
	if g.labels != nil {
		inputs[g.labels.Name] = g.labelArray(labels[:n])
	}
	results, err := g.model.Run(inputs)
	if err != nil {
		return nil, err
	}
	y := results[g.output.Name]
	if len(y.Shape) == 0 || y.Shape[0] != n {
		return nil, fault.New(fault.Data, fmt.Sprintf("output %q is %v for a batch of %d", g.output.Name, y, n), "", "")
	}
	return y, nil
}

func (g *Generator) labelArray(labels []int64) *Array {
	p := g.labels
	if p.Type == Float32 {
		hot := NewArray(Float32, len(labels), g.Classes)
		for i, l := range labels {
			hot.Data.([]float32)[i*g.Classes+int(min(max(l, 0), int64(g.Classes-1)))] = 1
		}
		return hot
	}
	shape := []int{len(labels), 1}[:len(p.Dims)] // N, or N×1
	a := NewArray(p.Type, shape...)
	narrow(a, labels)
	return a
}
