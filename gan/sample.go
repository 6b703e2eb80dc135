package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	// maxSampleValues bounds the memory of one request: 1 GiB.
	maxSampleValues = 1 << 28
	// sampleBatch is how many samples are made at once. An example's bytes do
	// not depend on it.
	sampleBatch = 64
)

// Names of the inputs and outputs of a generator that serves.
const (
	latentInput = "z"
	imageOutput = "image"
)

// Sampler runs a model's generator at inference.
type Sampler struct {
	model *Model
	batch int
	exe   *graph.Executable
}

// newSampler makes a sampler of the averaged weights, or of the live ones. It
// follows the model as that trains, and shares the scratch, which may be nil,
// with its steps.
func newSampler(m *Model, batch int, raw bool, pool *kernel.Pool, scratch *graph.Scratch) (*Sampler, error) {
	g, err := m.servingGraph(batch, raw)
	if err != nil {
		return nil, err
	}
	exe, err := g.Compile(graph.Options{Pool: pool, Scratch: scratch})
	if err != nil {
		return nil, err
	}
	return &Sampler{model: m, batch: batch, exe: exe}, nil
}

// servingGraph is the generator at inference: inputs z, batch×latent, and y,
// batch×K, where it is given the class; output image, batch×(shape of an
// example).
func (m *Model) servingGraph(batch int, raw bool) (*graph.Graph, error) {
	g := graph.New(m.variant.Name + " generator")
	err := graph.Catch(func() {
		z := g.Input(latentInput, batch, m.Settings.latentSize())
		g.Output(imageOutput, m.G.Apply(m.serving(raw), withClass(z, m.generatorClass(g, batch))))
	})
	return g, err
}

// Sample makes one example of each row of latents, N×latent, of the classes
// asked for: one a sample, or nil for all in turn.
func (s *Sampler) Sample(latents *tensor.Tensor, labels []int64) (*tensor.Tensor, error) {
	size := s.model.Settings.latentSize()
	if len(latents.Shape) != 2 || latents.Shape[1] != size {
		return nil, fault.New(fault.Usage, fmt.Sprintf("latents of shape %v do not fit", latents.Shape), "--latents",
			fmt.Sprintf("this generator takes N×%d", size))
	}
	n := latents.Shape[0]
	labels, err := s.model.sampleLabels(labels, n)
	if err != nil {
		return nil, err
	}
	out := tensor.New(append([]int{n}, s.model.Settings.Shape...)...)
	width := s.model.Settings.Shape.Size()
	in := s.exe.Input(latentInput)
	for i := 0; i < n; i += s.batch {
		end := min(n, i+s.batch)
		clear(in[copy(in, latents.Data[i*size:end*size]):])
		if labels != nil {
			oneHot(s.exe.Input(classInput), labels[i:end], s.model.Settings.Classes)
		}
		s.exe.Run(0)
		copy(out.Data[i*width:], s.exe.Output(imageOutput).Data)
	}
	return out, nil
}

// Latents draws n latents: noise from the prior, then the codes. The first are
// the same for any n.
func (m *Model) Latents(purpose string, seed uint64, n int) *tensor.Tensor {
	noise := tensor.New(n, m.Settings.Int("latent"))
	stream := tensor.NewStream(seed, purpose, 0)
	if m.Settings.Choice("prior") == priorUniform {
		stream.Uniform(noise.Data, -1, 1)
	} else {
		stream.Normal(noise.Data)
	}
	if len(m.Settings.codes) == 0 {
		return noise
	}
	z := tensor.New(n, m.Settings.latentSize())
	column := noise.Shape[1]
	for i := range n {
		copy(z.Data[i*z.Shape[1]:], noise.Data[i*column:][:column])
	}
	for _, c := range m.Settings.codes {
		c.fill(z, column, tensor.NewStream(seed, purpose+"/"+c.Name, 0))
		column += c.Width()
	}
	return z
}

// sample answers the contract's Sample.
func (v *Variant) sample(req *zoo.SampleRequest) (*tensor.Tensor, error) {
	s, err := load(req.Checkpoint, v)
	if err != nil {
		return nil, err
	}
	m, err := s.model(v)
	if err != nil {
		return nil, err
	}
	latents := req.Latents
	if latents == nil {
		most := maxSampleValues / max(m.Settings.Shape.Size(), m.Settings.latentSize())
		if req.N < 1 || req.N > most {
			return nil, fault.New(fault.Usage, fmt.Sprintf("cannot make %d samples", req.N), "--n", fmt.Sprintf("give a number between 1 and %d", most))
		}
		latents = m.Latents("latents", req.Seed, req.N)
	}
	if req.WantLatents {
		return latents, nil
	}
	pool := kernel.NewPool(req.Threads)
	defer pool.Close()
	sampler, err := newSampler(m, min(sampleBatch, max(1, latents.Shape[0])), req.Raw, pool, nil)
	if err != nil {
		return nil, err
	}
	return sampler.Sample(latents, req.Labels)
}
