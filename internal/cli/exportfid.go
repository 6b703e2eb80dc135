package cli

import (
	"context"
	"os"
	"slices"

	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/metrics/classifier"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// beforeAfter is a measure of the plugin's samples and of the exported model's,
// from the same latents.
type beforeAfter struct {
	Before  float64 `json:"before"`
	After   float64 `json:"after"`
	Samples int     `json:"samples"`
}

// fidSamples are fewer than a published figure wants, and enough to see a loss:
// both sides have the same bias.
const fidSamples = 5000

// measureFID tells what giving up precision has cost, where there is a classifier
// for the data and the data is at hand.
func (m *model) measureFID(ctx context.Context) error {
	d := m.src.run.Dataset
	if !m.o.Form.lossy() || m.o.Network != zoo.Generator || m.o.Form.Image != imageFloat || m.o.Form.Batch != 0 || !slices.Contains(classifier.Names(), d.Name) {
		return nil
	}
	if _, err := os.Stat(d.TestX); err != nil {
		return nil // no reason to fetch it
	}
	m.o.f.advise("measuring what %s costs, on %s samples", m.precision, text.Count(fidSamples))
	p, err := m.probe(ctx, fidSamples, fidSeed, m.o.Form.scale())
	if err != nil {
		return err
	}
	after, err := m.images(p.inputs)
	if err != nil {
		return err
	}
	extractor, err := classifier.Builtin(d.Name)
	if err != nil {
		return err
	}
	real, err := openRealData(d, fidSeed)
	if err != nil {
		return err
	}
	defer real.close()
	pool := kernel.NewPool(0)
	defer pool.Close()
	// The plugin's samples take the place of real examples: the catalogue measures
	// both sets against the test examples.
	g := &metrics.Gallery{Pool: pool, Samples: &metrics.Set{Examples: after}, Test: real.test(maxTestExamples), Control: &metrics.Set{Examples: p.want[imageOutput]}}
	if err := g.Look(ctx, extractor); err != nil {
		return err
	}
	figures, err := metrics.Find("fid").Take(g)
	if err != nil {
		return err
	}
	m.fid = &beforeAfter{figures[0].Real, figures[0].Value, fidSamples}
	return nil
}

// fidSeed draws other latents than those that ranges are measured on.
const fidSeed = 2000

// fidBatch is how many samples the runtime makes at once.
const fidBatch = 100

// images runs the exported model in batches and joins its images.
func (m *model) images(inputs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
	run, err := m.runtime()
	if err != nil {
		return nil, err
	}
	var out *tensor.Tensor
	n := inputs["z"].Shape[0]
	for first := 0; first < n; first += fidBatch {
		last := min(n, first+fidBatch)
		part := map[string]*tensor.Tensor{}
		for name, t := range inputs {
			part[name] = rows(t, first, last)
		}
		outputs, _, err := run(part)
		if err != nil {
			return nil, err
		}
		got := outputs[imageOutput]
		if out == nil {
			out = tensor.New(append([]int{n}, got.Shape[1:]...)...)
		}
		copy(rows(out, first, last).Data, got.Tensor().Data)
	}
	return out, nil
}

// rows are examples first to last of t, which they share.
func rows(t *tensor.Tensor, first, last int) *tensor.Tensor {
	width := len(t.Data) / t.Shape[0]
	return tensor.Of(t.Data[first*width:last*width], append([]int{last - first}, t.Shape[1:]...)...)
}
