package cli

import (
	"path/filepath"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/plot"
)

// plotLosses draws a run's losses into plots/losses.svg. A run that reported
// none gets no picture.
func plotLosses(run *host.Run) error {
	losses, err := run.Losses()
	if err != nil || len(losses) == 0 {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(run.PlotsDir(), "losses.svg"), lossChart(run.ID, losses).SVG())
}

// lossChart draws the losses in the order of their names.
func lossChart(title string, losses map[string][]runs.Loss) plot.Chart {
	c := plot.Chart{Title: title, X: "step"}
	for _, name := range sortedKeys(losses) {
		s := plot.Series{Name: name}
		for _, l := range losses[name] {
			s.Points = append(s.Points, plot.Point{X: float64(l.Step), Y: l.Value})
		}
		c.Series = append(c.Series, s)
	}
	return c
}
