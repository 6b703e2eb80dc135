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

// sampler runs a model's generator at inference.
type sampler struct {
	model *Model
	batch int
	exe   *graph.Executable
}

// newSampler makes a sampler of the averaged weights, or of the live ones. It
// follows the model as that trains, and shares the scratch, which may be nil,
// with its steps.
func newSampler(m *Model, batch int, raw bool, pool *kernel.Pool, scratch *graph.Scratch) (*sampler, error) {
	g, err := m.servingGraph(batch, raw)
	if err != nil {
		return nil, err
	}
	exe, err := g.Compile(graph.Options{Pool: pool, Scratch: scratch})
	if err != nil {
		return nil, err
	}
	return &sampler{model: m, batch: batch, exe: exe}, nil
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
func (s *sampler) Sample(latents *tensor.Tensor, labels []int64) (*tensor.Tensor, error) {
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

// Latents draws n latents, n×(noise and codes): noise from the prior, then the codes.
// The first are the same for any n, and differ with the purpose and the seed.
func (m *Model) Latents(purpose string, seed uint64, n int) *tensor.Tensor {
	return m.Settings.layout().Draw(purpose, seed, n)
}

// sample answers the contract's Sample.
func (v *Variant) sample(req *zoo.SampleRequest) (*tensor.Tensor, error) {
	_, m, err := v.loadModel(req.Checkpoint)
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

// sampleLabels returns the class of each of n samples: those asked for, or all in
// turn. A variant that is not conditional has none.
func (m *Model) sampleLabels(asked []int64, n int) ([]int64, error) {
	classes := m.variant.generatorClasses(m.Settings)
	refuse := func(mend, format string, args ...any) ([]int64, error) {
		return nil, fault.New(fault.Usage, fmt.Sprintf(format, args...), "--label", mend)
	}
	switch {
	case classes == 0 && len(asked) > 0:
		return refuse("leave it out", "%s does not sample by label", m.variant.Name)
	case classes == 0:
		return nil, nil
	case len(asked) == 0:
		inTurn := make([]int64, n)
		for i := range inTurn {
			inTurn[i] = int64(i % classes)
		}
		return inTurn, nil
	case len(asked) != n:
		return refuse("give one a sample", "%d labels for %d samples", len(asked), n)
	}
	for _, label := range asked {
		if label < 0 || label >= int64(classes) {
			return refuse(fmt.Sprintf("labels go from 0 to %d", classes-1), "there is no class %d", label)
		}
	}
	return asked, nil
}
