package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/metrics/classifier"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	// defaultImages is what images are measured on: as many as MNIST has test
	// images, and as published figures are taken on.
	defaultImages = 10_000
	// maxTestExamples bounds the real examples that samples are held against.
	maxTestExamples = 10_000
)

// measured is a figure as it is shown.
type measured struct {
	Name   string   `json:"name"`
	Value  *float64 `json:"value"` // null: infinite or no number
	SD     *float64 `json:"sd,omitempty"`
	Real   *float64 `json:"real,omitempty"` // with real examples in the place of the samples
	Unit   string   `json:"unit,omitempty"`
	Better string   `json:"better,omitempty"`
	Note   string   `json:"note,omitempty"`
}

// finite is what JSON can carry of v.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func ofFigure(f metrics.Figure) measured {
	m := measured{f.Name, finite(f.Value), nil, finite(f.Real), f.Unit, f.Better, f.Note}
	if f.SD != 0 {
		m.SD = finite(f.SD)
	}
	return m
}

func ofMeasure(m zoo.Measure) measured {
	return measured{m.Name, finite(m.Value), nil, nil, m.Unit, m.Better, m.Note}
}

// ownMeasures stands, among the names of measures, for those that the variant's
// plugin takes.
const ownMeasures = "own"

// measureNames are what --measures takes.
func measureNames() []string {
	var names []string
	for _, m := range metrics.Catalogue {
		names = append(names, m.Name)
	}
	return append(names, ownMeasures)
}

// parseMeasures reads "fid,kid".
func parseMeasures(list string) ([]string, error) {
	var names []string
	for _, name := range strings.Split(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != ownMeasures && metrics.Find(name) == nil {
			return nil, errors.New(didyoumean.Sentence(name, measureNames(), "choose among "+strings.Join(measureNames(), ", ")))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// sampleMeasures are the measures taken here, on samples, so that no plugin
// grades itself.
func (o *evaluateOptions) sampleMeasures(ctx context.Context, src *source, d zoo.Dataset) ([]measured, error) {
	if o.N == 0 {
		o.N = usualSamples(&d)
		if src.most > 0 {
			o.N = min(o.N, src.most)
		}
	}
	pool := kernel.NewPool(o.Threads)
	defer pool.Close()
	o.pool = pool
	g := &metrics.Gallery{Pool: pool, Seed: o.Seed}
	if mixture, ok := data.Toy(d.Name); ok {
		g.Centres, g.SD = mixture.Centres, mixture.SD
	}
	real, err := openRealData(d, o.Seed)
	if err != nil {
		return nil, err
	}
	defer real.close()
	g.Test, g.Control = real.test(maxTestExamples), real.control(o.N)
	g.Training, g.Rest = real.training, real.rest()
	if g.Samples, err = o.samples(ctx, src); err != nil {
		return nil, err
	}
	extractor, err := o.extractor(d)
	if err != nil {
		return nil, err
	}
	if extractor != nil {
		if err := g.Look(ctx, extractor); err != nil {
			return nil, err
		}
	}
	if o.seen, err = o.describeFeatures(extractor); err != nil {
		return nil, err
	}
	if of, stacked := data.Stacked(d.Name); stacked {
		reader, err := classifier.Builtin(of)
		if err != nil {
			return nil, err
		}
		if err := g.Read(ctx, reader, reader.Classes); err != nil {
			return nil, err
		}
	}
	return o.take(ctx, g)
}

// usualSamples is how many samples are measured where nothing is said.
func usualSamples(d *zoo.Dataset) int {
	_, stacked := data.Stacked(d.Name)
	switch {
	case d.Kind == zoo.Points:
		return defaultPoints
	case stacked:
		return metrics.StackedSamples
	}
	return defaultImages
}

// samples asks the plugin, for all classes in turn where the variant takes
// labels.
func (o *evaluateOptions) samples(ctx context.Context, src *source) (*metrics.Set, error) {
	labels, err := src.labels(nil, o.N, 1)
	if err != nil {
		return nil, err
	}
	samples, err := src.Sample(ctx, &zoo.SampleRequest{Checkpoint: src.checkpoint, N: o.N, Seed: o.Seed, Labels: labels, Threads: o.Threads})
	if err != nil {
		return nil, err
	}
	return &metrics.Set{Examples: samples, Labels: labels}, nil
}

// take takes the measures that were asked for, or all that the gallery lacks
// nothing for.
func (o *evaluateOptions) take(ctx context.Context, g *metrics.Gallery) ([]measured, error) {
	var list []measured
	for i := range metrics.Catalogue {
		m := &metrics.Catalogue[i]
		lacks := m.Lacks(g)
		switch {
		case o.Measures != nil && !slices.Contains(o.Measures, m.Name), o.Measures == nil && lacks != "":
			continue
		case lacks != "":
			return nil, fault.New(fault.Usage, fmt.Sprintf("%s cannot be measured: it needs %s", m.Name, lacks), "--measures", mendLack(lacks))
		case ctx.Err() != nil:
			return nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the evaluation was cancelled", "", "")
		}
		figures, err := m.Take(g)
		if err != nil {
			return nil, err
		}
		for _, f := range figures {
			list = append(list, ofFigure(f))
		}
	}
	return list, nil
}

// mendLack says what to do about a measure that lacks something.
func mendLack(lacks string) string {
	if lacks == metrics.LacksFeatures || lacks == metrics.LacksClassifier {
		return "leave it out, or name a classifier with --features"
	}
	return "leave it out"
}
