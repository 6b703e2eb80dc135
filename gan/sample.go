package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
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

// imageOutput names the output of a generator that serves.
const imageOutput = "image"

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

// servingGraph is the generator at inference: inputs z, batch×(noise), each code by
// its name, and y, batch×K, where it is given the class; output image,
// batch×(shape of an example).
func (m *Model) servingGraph(batch int, raw bool) (*graph.Graph, error) {
	g := graph.New(m.variant.Name + " generator")
	err := graph.Catch(func() {
		z := g.Input(latent.Noise, batch, m.Settings.Int("latent"))
		parts := []*graph.Node{z}
		for _, c := range m.Settings.codes {
			parts = append(parts, g.Input(c.Name, batch, c.Width()))
		}
		if len(parts) > 1 {
			z = graph.Concat(1, parts...)
		}
		c := m.serving(raw)
		g.Output(imageOutput, m.G.Apply(c, m.tell(c, z, m.generatorClass(g, batch))))
	})
	return g, err
}

// Sample makes one example of each row of latents, N×(noise and codes), of the
// classes asked for: one a sample, or nil for all in turn.
func (s *Sampler) Sample(latents *tensor.Tensor, labels []int64) (*tensor.Tensor, error) {
	layout := s.model.Settings.layout()
	if len(latents.Shape) != 2 || latents.Shape[1] != layout.Width() {
		return nil, fault.New(fault.Usage, fmt.Sprintf("latents of shape %v do not fit", latents.Shape), "--latents",
			fmt.Sprintf("this generator takes N×%d", layout.Width()))
	}
	n := latents.Shape[0]
	labels, err := s.model.sampleLabels(labels, n)
	if err != nil {
		return nil, err
	}
	out := tensor.New(append([]int{n}, s.model.Settings.Shape...)...)
	width := s.model.Settings.Shape.Size()
	parts := layout.Split(latents)
	for i := 0; i < n; i += s.batch {
		end := min(n, i+s.batch)
		for name, part := range parts {
			in, size := s.exe.Input(name), part.Shape[1]
			clear(in[copy(in, part.Data[i*size:end*size]):])
		}
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
	return m.Settings.layout().Draw(purpose, seed, n)
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
		most := maxSampleValues / max(m.Settings.Shape.Size(), m.Settings.layout().Width())
		if req.N < 1 || req.N > most {
			return nil, fault.New(fault.Usage, fmt.Sprintf("cannot make %d samples", req.N), "--n", fmt.Sprintf("give a number between 1 and %d", most))
		}
		latents = m.Latents(latent.Samples, req.Seed, req.N)
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
