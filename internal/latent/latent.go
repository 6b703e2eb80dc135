// Package latent is the rows that a generator is fed: noise from a prior, then
// codes, each in its columns. A variant, our runtime for ONNX models and the
// command all draw them here, so that a seed means the same to each.
package latent

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
)

// Noise names the input of an exported generator that takes the noise; each code
// has an input of its own name.
const Noise = "z"

// Samples is the purpose of the latents that a seed gives to who asks for samples.
const Samples = "latents"

// Layout is what a row of latents is made of.
type Layout struct {
	Noise   int  // numbers of noise, the first columns
	Uniform bool // the noise is from U(−1,1), not N(0,1)
	Codes   []Code
}

// Width is how many numbers a row has.
func (l Layout) Width() int {
	width := l.Noise
	for _, c := range l.Codes {
		width += c.Width()
	}
	return width
}

// Column returns the first column of the code of that name, and the code; −1 when
// there is none.
func (l Layout) Column(name string) (int, Code) {
	column := l.Noise
	for _, c := range l.Codes {
		if c.Name == name {
			return column, c
		}
		column += c.Width()
	}
	return -1, Code{}
}

// Names lists the codes by name.
func (l Layout) Names() []string {
	names := make([]string, len(l.Codes))
	for i, c := range l.Codes {
		names[i] = c.Name
	}
	return names
}

// Draw draws n rows, n×Width. The first are the same for any n. Each purpose has
// numbers of its own, and in it the noise and each code.
func (l Layout) Draw(purpose string, seed uint64, n int) *tensor.Tensor {
	noise := tensor.New(n, l.Noise)
	stream := tensor.NewStream(seed, purpose, 0)
	if l.Uniform {
		stream.Uniform(noise.Data, -1, 1)
	} else {
		stream.Normal(noise.Data)
	}
	if len(l.Codes) == 0 {
		return noise
	}
	z := tensor.New(n, l.Width())
	for i := range n {
		copy(row(z, i), row(noise, i))
	}
	column := l.Noise
	for _, c := range l.Codes {
		draws := make([]float32, n)
		low, high := c.drawnFrom()
		tensor.NewStream(seed, purpose+"/"+c.Name, 0).Uniform(draws, low, high)
		for i, at := range draws {
			c.put(row(z, i)[column:], at)
		}
		column += c.Width()
	}
	return z
}

// Split parts rows into what each input of an exported generator takes, by name:
// the noise, N×Noise, and each code, N×(its width).
func (l Layout) Split(z *tensor.Tensor) map[string]*tensor.Tensor {
	parts := map[string]*tensor.Tensor{Noise: columns(z, 0, l.Noise)}
	column := l.Noise
	for _, c := range l.Codes {
		parts[c.Name] = columns(z, column, c.Width())
		column += c.Width()
	}
	return parts
}

func columns(z *tensor.Tensor, first, count int) *tensor.Tensor {
	if first == 0 && count == z.Shape[1] {
		return z
	}
	part := tensor.New(z.Shape[0], count)
	for i := range z.Shape[0] {
		copy(row(part, i), row(z, i)[first:])
	}
	return part
}

func row(z *tensor.Tensor, i int) []float32 {
	width := z.Shape[1]
	return slices.Clip(z.Data[i*width : (i+1)*width])
}
