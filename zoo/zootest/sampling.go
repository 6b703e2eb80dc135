package zootest

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// sampleCount is no multiple of a batch.
const sampleCount = 11

// sampleRequest asks for samples of the reference, with labels for those that
// need them.
func (s *suite) sampleRequest(seed uint64) *zoo.SampleRequest {
	req := &zoo.SampleRequest{Checkpoint: s.checkpoint, N: sampleCount, Seed: seed, Threads: 1}
	if s.p.Description().Labels == zoo.LabelsRequired || s.o.Config.Conditional() {
		req.Labels = make([]int64, sampleCount)
		for i := range req.Labels {
			req.Labels[i] = int64(i % max(1, s.data.Classes))
		}
	}
	return req
}

func (s *suite) draw(t *testing.T, req *zoo.SampleRequest) *tensor.Tensor {
	t.Helper()
	x, err := s.p.Sample(t.Context(), req)
	if err != nil {
		t.Fatalf("Sample: %v", err)
	}
	return x
}

// lookAtSamples checks shape and range.
func (s *suite) lookAtSamples(t *testing.T, x *tensor.Tensor, n int) {
	t.Helper()
	if want := tensor.Shape(append([]int{n}, s.data.Shape...)); n == 0 || !x.Shape.Equal(want) {
		t.Fatalf("samples of shape %v, want %v", x.Shape, want)
	}
	for i, v := range x.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			t.Fatalf("sample value %d is %v", i, v)
		}
		if s.data.Kind == zoo.Images && (v < -1 || v > 1) {
			t.Fatalf("sample value %d is %v, want −1…1", i, v)
		}
	}
}

func (s *suite) sample(t *testing.T) {
	first := s.draw(t, s.sampleRequest(7))
	s.lookAtSamples(t, first, sampleCount)
	if !slices.Equal(first.Data, s.draw(t, s.sampleRequest(7)).Data) {
		t.Error("the same seed gives other samples")
	}
	if slices.Equal(first.Data, s.draw(t, s.sampleRequest(8)).Data) {
		t.Error("another seed gives the same samples")
	}
	two := s.sampleRequest(7)
	two.Threads = 2
	if !slices.Equal(first.Data, s.draw(t, two).Data) {
		t.Error("two threads give other samples")
	}
	raw := s.sampleRequest(7)
	raw.Raw = true
	s.lookAtSamples(t, s.draw(t, raw), sampleCount)
}

// latents checks that the latents of a seed, handed back, give its samples, and
// that a sample does not depend on its neighbours.
func (s *suite) latents(t *testing.T) {
	req := s.sampleRequest(7)
	want := s.draw(t, req)
	req.WantLatents = true
	z := s.draw(t, req)
	if len(z.Shape) != 2 || z.Shape[0] != sampleCount {
		t.Fatalf("latents of shape %v, want %d×latent", z.Shape, sampleCount)
	}
	req = s.sampleRequest(0)
	req.Latents, req.N = z, 0
	if got := s.draw(t, req); !slices.Equal(got.Data, want.Data) {
		t.Error("the latents of a seed do not give its samples")
	}
	s.checkCodes(t, z)
	width, size := z.Shape[1], len(want.Data)/sampleCount
	last := sampleCount - 1
	req.Latents = tensor.Of(z.Data[last*width:], 1, width)
	if req.Labels != nil {
		req.Labels = req.Labels[last:]
	}
	for i, v := range s.draw(t, req).Data {
		// Not to the bit: a batch of another size may sum in another order.
		if d := math.Abs(float64(v - want.Data[last*size+i])); d > 1e-5 {
			t.Fatalf("alone, a latent gives a sample that differs by %g: the generator must be in its inference form", d)
		}
	}
}

// checkCodes looks for the codes that the plugin has named with Started: the last
// columns of the latents, in its order.
func (s *suite) checkCodes(t *testing.T, z *tensor.Tensor) {
	t.Helper()
	n, width := z.Shape[0], z.Shape[1]
	at := width
	for _, c := range s.codes {
		at -= c.Width()
	}
	if at < 1 {
		t.Fatalf("latents of %d numbers leave none beside the codes %+v", width, s.codes)
	}
	for i, c := range s.codes {
		if c.Name == "" || slices.ContainsFunc(s.codes[:i], func(other zoo.Code) bool { return other.Name == c.Name }) {
			t.Errorf("code %d has the name %q: each needs one of its own", i, c.Name)
		}
		for row := range n {
			values := slices.Clone(z.Data[row*width+at:][:c.Width()])
			slices.Sort(values)
			switch last := len(values) - 1; {
			case c.Categories == 0 && (values[0] < -1 || values[0] > 1):
				t.Fatalf("the code %s is drawn as %v, which is not in −1…1", c.Name, values[0])
			case c.Categories > 1 && (values[0] != 0 || values[last-1] != 0 || values[last] != 1):
				t.Fatalf("the code %s is not drawn one-hot", c.Name)
			}
		}
		at += c.Width()
	}
}

func (s *suite) evaluate(t *testing.T) {
	e, err := s.p.Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: s.checkpoint, Dataset: s.data, Seed: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range e.Measures {
		if m.Name == "" || !slices.Contains([]string{"", "lower", "higher"}, m.Better) {
			t.Errorf("odd measure %+v", m)
		}
	}
}

func (s *suite) export(t *testing.T) {
	var models [2]bytes.Buffer
	for i := range models {
		if err := s.p.Export(t.Context(), &zoo.ExportRequest{Checkpoint: s.checkpoint}, &models[i]); err != nil {
			t.Fatal(err)
		}
	}
	if models[0].Len() == 0 {
		t.Fatal("the model is empty")
	}
	if !bytes.Equal(models[0].Bytes(), models[1].Bytes()) {
		t.Error("the same checkpoint gives other bytes")
	}
	if s.o.Export == nil {
		return
	}
	req := s.sampleRequest(7)
	samples := s.draw(t, req)
	req.WantLatents = true
	s.o.Export(t, Exported{Model: models[0].Bytes(), Latents: s.draw(t, req), Codes: s.codes, Labels: req.Labels, Samples: samples, Checkpoint: s.checkpoint})
}
