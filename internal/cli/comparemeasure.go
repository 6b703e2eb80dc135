package cli

import (
	"context"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// measuresOf are the measures to take on data: those asked for, which it must
// allow, or the usual ones. Images without a classifier have sliced W₁ left.
// conditional says that all samples are of classes asked for.
func measuresOf(d zoo.Dataset, asked []string, conditional bool) ([]string, error) {
	g, err := sketch(d, conditional)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range asked {
		if name == ownMeasures {
			names = append(names, name)
			continue
		}
		if lacks := metrics.Find(name).Lacks(g); lacks != "" {
			return nil, usagef("leave it out", "%s cannot be measured on %s: it needs %s", name, d.Name, lacks)
		}
		names = append(names, name)
	}
	if len(asked) > 0 {
		return names, nil
	}
	for _, name := range usualMeasures {
		if metrics.Find(name).Lacks(g) == "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = []string{"sliced"}
	}
	return names, nil
}

// sketch is a gallery of blank examples that lacks what one of samples of this
// data would lack.
func sketch(d zoo.Dataset, conditional bool) (*metrics.Gallery, error) {
	const examples = metrics.ManifoldNeighbours + 1
	set := &metrics.Set{Examples: tensor.New(append([]int{examples}, d.Shape...)...)}
	if conditional {
		set.Labels = make([]int64, examples)
	}
	extractor, err := (&evaluateOptions{}).extractor(d)
	if err != nil {
		return nil, err
	}
	if extractor != nil {
		set.Features = &metrics.Features{Probabilities: tensor.New(examples, max(1, d.Classes))}
	}
	if _, stacked := data.Stacked(d.Name); stacked {
		set.Channels = make([][]int64, d.Shape[0])
	}
	g := &metrics.Gallery{Samples: set, Test: set, Control: set, Training: func(func(*tensor.Tensor) error) error { return nil }}
	if mixture, ok := data.Toy(d.Name); ok {
		g.Centres = mixture.Centres
	}
	return g, nil
}

// measure takes the measures at every moment that has none yet. Between two of them
// it may be stopped.
func (t *trainer) measure(ctx context.Context, h *host.Host, run *host.Run, r *versus.Result) error {
	v, err := h.Variant(r.Variant)
	if err != nil {
		return err
	}
	p, err := h.Start(ctx, r.Variant)
	if err != nil {
		return err
	}
	defer p.Close()
	if len(r.Moments) == 0 {
		return fault.New(fault.Plugin, "the training left no checkpoint to measure", run.Dir, "report it to the plugin's author")
	}
	for i := range r.Moments {
		m := &r.Moments[i]
		if m.Figures != nil {
			continue
		}
		select {
		case <-t.stop:
			return versus.ErrStopped
		default:
		}
		src := &source{generator: p, run: run, variant: v, checkpoint: snapshotPath(t.c.SnapshotsDir(r.Cell), m.Step)}
		o := &evaluateOptions{f: t.f, N: t.c.Plan.Samples, Measures: t.measures[r.Data], Seed: defaultSeed, Threads: t.threads, seenWith: t.seenWith[r.Data]}
		taken, err := o.measure(ctx, src, t.datasets[r.Data])
		if err != nil {
			return err
		}
		for _, f := range taken {
			m.Figures = append(m.Figures, versus.Figure{Name: f.Name, Value: f.Value, Real: f.Real, Unit: f.Unit, Better: f.Better, Note: f.Note})
		}
		if err := t.c.Save(r); err != nil {
			return err
		}
	}
	return nil
}

// usualMeasures are taken unless others are asked for, those that the data allows.
var usualMeasures = []string{"fid", "is", "prdc", "stacked", "modes", "w1"}
