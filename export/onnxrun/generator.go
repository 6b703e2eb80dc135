package onnxrun

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	err := g.findInputs()
	if err == nil {
		err = g.checkWidth()
	}
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "the ONNX model is no generator", "", "`zoo inspect` shows its inputs and outputs")
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
		return nil, fault.Wrap(fault.Data, err, "the ONNX model is no generator", "", "`zoo inspect` shows its inputs and outputs")
	}
	return g, nil
}

// maxWidth bounds the numbers that go into one example. A latent diffusion model's
// decoder takes 2¹⁶.
const maxWidth = 1 << 20

// checkWidth bounds what is drawn before a model has run: its inputs may be
// declared of any size.
func (g *Generator) checkWidth() error {
	width, batch := g.Latents.Width()+g.Classes, max(g.noise.Dims[0].Size, 1)
	if width > maxWidth {
		return fmt.Errorf("an example takes %d latents and classes; at most %d are drawn", width, maxWidth)
	}
	if most := maxGeneratorBatch * maxWidth / width; batch > most {
		return fmt.Errorf("its batch of %d examples is too large; at most %d of %d latents and classes are drawn", batch, most, width)
	}
	return nil
}

// findInputs sets the codes apart, takes the input named z, or else the first
// float32 one, for the noise, and another for the labels: integers, or float32
// one-hot rows.
func (g *Generator) findInputs() error {
	inputs, err := g.findCodes()
	if err != nil {
		return err
	}
	if len(inputs) == 0 || len(inputs) > 2 {
		return fmt.Errorf("it has %d inputs; want latents and perhaps labels", len(inputs))
	}
	at := -1
	for i, p := range inputs {
		if p.Type == Float32 && len(p.Dims) >= 2 && (at < 0 || p.Name == "z") {
			at = i
		}
	}
	if at < 0 {
		return fmt.Errorf("no input is float32 N×latent")
	}
	g.noise, g.Latents.Noise = inputs[at], 1
	for _, d := range g.noise.Dims[1:] {
		if d.Size < 1 {
			return fmt.Errorf("the size of its latents is not declared: input %q is %v", g.noise.Name, g.noise)
		}
		g.shape = append(g.shape, d.Size)
		g.Latents.Noise *= d.Size
	}
	if len(inputs) == 1 {
		return nil
	}
	p := inputs[1-at]
	g.labels = &p
	switch {
	case (p.Type == Int64 || p.Type == Int32) && (len(p.Dims) == 1 || len(p.Dims) == 2 && p.Dims[1].Size == 1):
		g.Classes = g.model.rowsGatheredBy(p.Name)
	case p.Type == Float32 && len(p.Dims) == 2 && p.Dims[1].Size > 0:
		g.Classes = p.Dims[1].Size
	default:
		return fmt.Errorf("input %q (%v %v) is neither latents nor labels", p.Name, p.Type, p)
	}
	if g.Classes == 0 {
		return fmt.Errorf("the number of classes of input %q is not to be seen: it looks nothing up in a table", p.Name)
	}
	return nil
}

// findCodes takes the inputs that the metadata calls codes, and returns the others.
func (g *Generator) findCodes() (others []Port, err error) {
	if g.Latents.Codes, err = latent.ParseCodes(g.model.Metadata[metaCodes]); err != nil {
		return nil, fmt.Errorf("its metadata %s: %w", metaCodes, err)
	}
	others = slices.Clone(g.model.inputs)
	for _, c := range g.Latents.Codes {
		at := slices.IndexFunc(others, func(p Port) bool { return p.Name == c.Name })
		if at < 0 {
			return nil, fmt.Errorf("it has no input for the code %s", c.Name)
		}
		if p := others[at]; p.Type != Float32 || len(p.Dims) != 2 || p.Dims[1].Size != c.Width() {
			return nil, fmt.Errorf("input %q is %v %v; the code wants float32 N×%d", p.Name, p.Type, p, c.Width())
		}
		others = slices.Delete(others, at, at+1)
	}
	return others, nil
}

// rowsGatheredBy returns the extent of the table that an input looks up in.
func (m *Model) rowsGatheredBy(name string) int {
	for _, n := range m.nodes {
		if n.operator == "Gather" && len(n.inputs) == 2 && n.inputs[1] == name {
			if table := m.constants[n.inputs[0]]; table != nil && len(table.Shape) > 0 {
				return table.Shape[0]
			}
		}
	}
	return 0
}

// understand learns the form of the examples from the first.
func (g *Generator) understand(y *Array) error {
	s := y.Shape
	switch {
	case len(s) == 4 && y.Type == Uint8 && (s[3] == 1 || s[3] == 3):
		g.bytes = true
		g.Example = tensor.Shape{s[3], s[1], s[2]}
		g.scale, g.off = 2.0/255, -1
	case y.Type != Float32:
		return fmt.Errorf("output %q is %v; want float32, or uint8 N×H×W×C", g.output.Name, y)
	case len(s) == 4 && (s[1] == 1 || s[1] == 3):
		g.Example = s[1:].Clone()
		g.scale, g.off = g.pixelRange()
	case len(s) == 2 && s[1] == 2:
		g.Example = tensor.Shape{2}
	default:
		return fmt.Errorf("output %q has the shape %v; want images N×C×H×W of 1 or 3 channels, or points N×2", g.output.Name, []int(s))
	}
	return nil
}

// pixelRange is what brings pixels to −1…1: as the metadata says, or as the last
// operator does.
func (g *Generator) pixelRange() (scale, off float32) {
	declared := g.model.Metadata[metaPixelRange]
	switch {
	case strings.EqualFold(declared, "NominalRange_0_255"):
		return 2.0 / 255, -1
	case strings.EqualFold(declared, "Normalized_0_1"), declared == "" && g.model.producer(g.output.Name) == "Sigmoid":
		return 2, -1
	}
	return 1, 0
}

// producer names the operator that gives a value, past those that only move it.
func (m *Model) producer(name string) string {
	for i := len(m.nodes) - 1; i >= 0; i-- {
		n := m.nodes[i]
		if n.outputs[0] != name {
			continue
		}
		switch n.operator {
		case "Reshape", "Identity", "Transpose", "Squeeze", "Unsqueeze", "Flatten":
			name = n.inputs[0]
			continue
		}
		return n.operator
	}
	return ""
}

// Sample makes one example of each row of latents, N×(noise and codes), in −1…1: N×C×H×W, or N×2.
// labels has one for each where the model takes them, and is nil elsewhere. It ends
// between two batches when ctx does, with a *fault.Error of kind Canceled.
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
