package versus

import (
	"maps"
	"slices"

	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/plot"
)

// LossChart draws a run's losses over its steps, in the order of their names.
func LossChart(title string, losses map[string][]runs.Loss) plot.Chart {
	c := plot.Chart{Title: title, X: "step"}
	for _, name := range slices.Sorted(maps.Keys(losses)) {
		s := plot.Series{Name: name}
		for _, l := range losses[name] {
			s.Points = append(s.Points, plot.Point{X: float64(l.Step), Y: l.Value})
		}
		c.Series = append(c.Series, s)
	}
	return c
}

// axis is what the budget is counted in, for the charts to run along.
func (p *Plan) axis() (name string, of func(*Moment) float64) {
	switch {
	case p.Steps > 0:
		return "step", func(m *Moment) float64 { return float64(m.Step) }
	case p.Images > 0:
		return "seen", func(m *Moment) float64 { return float64(m.Images) }
	}
	return "s", func(m *Moment) float64 { return m.Seconds }
}

// figureChart draws a figure of a dataset over the budget, a curve for each
// variant: the mean over seeds, in a band of one standard deviation.
func figureChart(p *Plan, data string, column Column, results []Result) plot.Chart {
	name, x := p.axis()
	title := column.Name
	if column.Better != "" {
		title += ", " + column.Better + " is better"
	}
	c := plot.Chart{Title: title, X: name}
	for _, variant := range p.Variants {
		s := plot.Series{Name: variant, Spread: []float64{}}
		for _, at := range p.moments(data, variant, results) {
			place, value := meanPoint(column.Name, at, x)
			if value.Mean == nil {
				continue
			}
			spread := 0.0
			if value.SD != nil {
				spread = *value.SD
			}
			s.Points = append(s.Points, plot.Point{X: place, Y: *value.Mean})
			s.Spread = append(s.Spread, spread)
		}
		c.Series = append(c.Series, s)
	}
	return c
}

// moments are those that all of a variant's runs have that are done, a slice of
// one a run for each, in order. Moments belong together that are of one step, or
// where the plugin chose the steps, that are as many after the first.
func (p *Plan) moments(data, variant string, results []Result) [][]*Moment {
	together := map[int64][]*Moment{}
	done := 0
	for i := range results {
		r := &results[i]
		if r.Data != data || r.Variant != variant || r.last() == nil {
			continue
		}
		done++
		for k := range r.Moments {
			key := int64(k)
			if p.Every > 0 && p.Steps > 0 {
				key = r.Moments[k].Step
			}
			together[key] = append(together[key], &r.Moments[k])
		}
	}
	var list [][]*Moment
	for _, key := range slices.Sorted(maps.Keys(together)) {
		if len(together[key]) == done {
			list = append(list, together[key])
		}
	}
	return list
}

// meanPoint is a figure's mean and spread over runs at one moment, and where that
// lies on the axis.
func meanPoint(figure string, at []*Moment, x func(*Moment) float64) (place float64, value Stat) {
	var values []*float64
	for _, m := range at {
		place += x(m) / float64(len(at))
		if j := slices.IndexFunc(m.Figures, func(f Figure) bool { return f.Name == figure }); j >= 0 {
			values = append(values, m.Figures[j].Value)
		}
	}
	return place, StatOf(values)
}
