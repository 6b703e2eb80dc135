package gan

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// trainedOnPoints returns the checkpoint of a short training.
func trainedOnPoints(t *testing.T) (string, zoo.Dataset) {
	t.Helper()
	d := points(t)
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 5, Seed: 1}})
	r.checkpoint(t)
	return r.last().Checkpoint, d
}

func TestSample(t *testing.T) {
	path, _ := trainedOnPoints(t)
	sample := func(req zoo.SampleRequest) *tensor.Tensor {
		t.Helper()
		req.Checkpoint = path
		x, err := NewPlugin(hinge).Sample(t.Context(), &req)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	many := sample(zoo.SampleRequest{N: 100, Seed: 3})
	if !many.Shape.Equal(tensor.Shape{100, 2}) {
		t.Errorf("shape %v", many.Shape)
	}
	if few := sample(zoo.SampleRequest{N: 3, Seed: 3}); !slices.Equal(few.Data, many.Data[:6]) {
		t.Error("the first samples depend on how many follow")
	}
	if other := sample(zoo.SampleRequest{N: 3, Seed: 4}); slices.Equal(other.Data, many.Data[:6]) {
		t.Error("another seed gave the same samples")
	}
	latents := sample(zoo.SampleRequest{N: 100, Seed: 3, WantLatents: true})
	if again := sample(zoo.SampleRequest{Latents: latents, Threads: 2}); !slices.Equal(again.Data, many.Data) {
		t.Error("the latents of a seed give other samples than the seed")
	}
	if raw := sample(zoo.SampleRequest{N: 3, Seed: 3, Raw: true}); slices.Equal(raw.Data, many.Data[:6]) {
		t.Error("live and averaged weights gave the same samples")
	}
}

func TestSampleRequestsThatCannotBe(t *testing.T) {
	path, _ := trainedOnPoints(t)
	for name, req := range map[string]zoo.SampleRequest{
		"none":          {N: 0},
		"fewer":         {N: -1},
		"too many":      {N: maxSampleValues},
		"latent size":   {Latents: tensor.New(2, 5)},
		"latent axes":   {Latents: tensor.New(4)},
		"labels unused": {N: 1, Labels: []int64{1}},
	} {
		t.Run(name, func(t *testing.T) {
			req.Checkpoint = path
			if _, err := NewPlugin(hinge).Sample(t.Context(), &req); fault.KindOf(err) != fault.Usage {
				t.Errorf("got %v, want a fault of kind Usage", err)
			}
		})
	}
}

// TestTheGeneratorServesAtInference: with running statistics, each example
// alone, so that what is sampled and exported does not depend on its company.
func TestTheGeneratorServesAtInference(t *testing.T) {
	m := newTestModel(t, nil)
	runStep(t, m.GeneratorStep)
	g, err := m.servingGraph(1, false)
	if err != nil {
		t.Fatal(err)
	}
	normalised := 0
	for _, n := range g.Nodes() {
		if n.Op() == graph.OpBatchNormalization {
			normalised++
		}
	}
	if normalised != 2 {
		t.Errorf("%d BatchNormalization nodes, want slim28's 2", normalised)
	}
	z := m.Latents("latents", 1, 5)
	alone, err := newSampler(m, 1, false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	together, err := newSampler(m, 4, false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := alone.Sample(z, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := together.Sample(z, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Data, b.Data) {
		t.Error("a sample depends on the others of its batch")
	}
}

func TestExport(t *testing.T) {
	path, _ := trainedOnPoints(t)
	export := func(req zoo.ExportRequest) []byte {
		t.Helper()
		var b bytes.Buffer
		req.Checkpoint = path
		if err := NewPlugin(hinge).Export(t.Context(), &req, &b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	model := export(zoo.ExportRequest{})
	if !bytes.Equal(model, export(zoo.ExportRequest{})) {
		t.Error("the same checkpoint gave other bytes")
	}
	if bytes.Equal(model, export(zoo.ExportRequest{Raw: true})) {
		t.Error("live and averaged weights gave the same model")
	}
}

func TestEvaluate(t *testing.T) {
	path, d := trainedOnPoints(t)
	e, err := NewPlugin(hinge).Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: path, Dataset: d})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range e.Measures {
		names = append(names, m.Name)
		if !finite(m.Value) || m.Note != "48 training examples" {
			t.Errorf("measure %+v", m)
		}
	}
	if want := []string{"discriminator loss", "real", "generator loss"}; !slices.Equal(names, want) {
		t.Errorf("measures %v, want %v", names, want)
	}
	d.Shape = []int{3}
	if _, err := NewPlugin(hinge).Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: path, Dataset: d}); fault.KindOf(err) != fault.Usage {
		t.Errorf("other data: got %v, want a fault of kind Usage", err)
	}
}

// TestEvaluateCountsExamplesOnce: a batch that is larger than the data repeats them.
func TestEvaluateCountsExamplesOnce(t *testing.T) {
	d := points(t)
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 1, Batch: 64}})
	r.checkpoint(t)
	e, err := NewPlugin(hinge).Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: r.last().Checkpoint, Dataset: d})
	if err != nil {
		t.Fatal(err)
	}
	if note := e.Measures[0].Note; note != "50 training examples" {
		t.Errorf("measured on %s", note)
	}
}

// TestExportOfOtherNetworks: a network says which it is, and one that a variant
// lacks is refused by a list of those it has.
func TestExportOfOtherNetworks(t *testing.T) {
	path, d := trainedOnPoints(t)
	var b bytes.Buffer
	req := &zoo.ExportRequest{Checkpoint: path, Network: "discriminator", Dataset: &d}
	if err := NewPlugin(hinge).Export(t.Context(), req, &b); err != nil {
		t.Fatal(err)
	}
	m, err := verify.Load(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if in, out := m.Inputs()[0].Name, m.Outputs()[0].Name; in != "x" || out != "scores" || m.Metadata()["ganzoo.network"] != "discriminator" {
		t.Errorf("input %s, output %s, metadata %v", in, out, m.Metadata())
	}
	req.Network = "encoder"
	err = NewPlugin(hinge).Export(t.Context(), req, &b)
	if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "generator, discriminator") {
		t.Errorf("got %v, want a fault that names the networks there are", err)
	}
}
