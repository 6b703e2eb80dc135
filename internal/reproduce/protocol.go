package reproduce

import (
	"context"
	"slices"
	"time"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
)

// Protocol is the way to the figures of one paper.
type Protocol struct {
	Name    string        // "catgan-100"
	Title   string        // what is shown
	Paper   string        // "arXiv:1511.06390, table 1"
	Takes   time.Duration // a seed, on two cores
	Differs string        // where this is not what the paper did; empty: nowhere
	Seeds   int           // by default

	// Trainings are compared one after another, and Targets read off them.
	Trainings []Training
	Targets   []Target
	// Extractor makes what images are seen with, when it is not the classifier
	// that comes with the data.
	Extractor func(context.Context, data.Dataset) (metrics.Extractor, error)
	// Conclude adds rows that follow from the others.
	Conclude func([]Row) []Row

	// Compute works the rows out in place of trainings; briefly cuts it short.
	Compute func(ctx context.Context, briefly bool) ([]Row, error)
}

// Training is a comparison of the protocol, in a folder of its own.
type Training struct {
	Name string // of the folder
	Plan versus.Plan
}

// Target is a figure of the paper, and where ours stands.
type Target struct {
	What      string
	Published string
	Training  string // its Name; empty: the first
	Variant   string // empty: the only one
	Data      string // empty: the only one
	Read      Reader
}

// Row is a figure beside the published one.
type Row struct {
	What      string      `json:"what"`
	Published string      `json:"published"`
	Values    []*float64  `json:"values"` // a seed each; null: no finite number, or a training that failed
	Ours      versus.Stat `json:"ours"`
	Unit      string      `json:"unit,omitempty"`
	Samples   string      `json:"samples,omitempty"` // what it was measured on
	Seconds   float64     `json:"seconds"`           // of training, the mean over seeds
}

// The budget of a training that is cut short: enough to pass through every part
// of a protocol.
const (
	briefSteps   = 14
	briefMoments = 7
)

// briefSamples is what such a training is measured on.
const briefSamples = 200

// Plans are the trainings with seeds 1 to n, or the protocol's own number for
// n 0; briefly cuts them short, to a single seed, to see that all works.
func (p *Protocol) Plans(n int, briefly bool) []Training {
	if n == 0 && !briefly {
		n = p.Seeds
	}
	n = max(1, n)
	list := slices.Clone(p.Trainings)
	for i := range list {
		plan := &list[i].Plan
		plan.Seeds = nil
		for seed := range n {
			plan.Seeds = append(plan.Seeds, uint64(seed)+1)
		}
		if plan.Every == 0 {
			plan.Every = plan.Steps
		}
		if briefly {
			cutShort(plan)
		}
	}
	return list
}

// cutShort leaves a plan its moments, up to seven, with a few steps between them.
func cutShort(plan *versus.Plan) {
	moments := int64(1)
	if plan.Every > 0 {
		moments = min(plan.Steps/plan.Every, briefMoments)
	}
	plan.Every = max(1, briefSteps/moments)
	plan.Images, plan.Steps = 0, plan.Every*moments
	plan.Samples = briefSamples
}

// Rows reads the targets off the results of the trainings, by the names of these.
// A target with no result yet has no values.
func (p *Protocol) Rows(results map[string][]versus.Result) []Row {
	var rows []Row
	for _, t := range p.Targets {
		training := t.Training
		if training == "" {
			training = p.Trainings[0].Name
		}
		rows = append(rows, t.row(results[training]))
	}
	if p.Conclude != nil {
		rows = append(rows, p.Conclude(rows)...)
	}
	return rows
}

func (t *Target) row(results []versus.Result) Row {
	row := Row{What: t.What, Published: t.Published}
	for i := range results {
		r := &results[i]
		if t.Variant != "" && r.Variant != t.Variant || t.Data != "" && r.Data != t.Data {
			continue
		}
		switch r.State {
		case versus.Failed:
			row.Values = append(row.Values, nil) // leaving it out would flatter
			continue
		case versus.Waiting, versus.Started:
			continue
		}
		f := t.Read(r.Moments)
		row.Values = append(row.Values, f.Value)
		row.Unit, row.Samples = f.Unit, f.Note
		row.Seconds += f.Seconds
	}
	row.Ours = versus.StatOf(row.Values)
	row.Seconds /= float64(max(1, len(row.Values)))
	return row
}

// Find returns the protocol of that name, or nil.
func Find(name string) *Protocol {
	for i := range Published {
		if Published[i].Name == name {
			return &Published[i]
		}
	}
	return nil
}

// Names lists the protocols.
func Names() []string {
	var names []string
	for i := range Published {
		names = append(names, Published[i].Name)
	}
	return names
}
