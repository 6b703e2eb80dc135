package cli

import (
	"path/filepath"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/versus"
)

// plotLosses draws a run's losses into plots/losses.svg. A run that reported
// none gets no picture.
func plotLosses(run *host.Run) error {
	losses, err := run.Losses()
	if err != nil || len(losses) == 0 {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(run.PlotsDir(), "losses.svg"), versus.LossChart(run.ID, losses).SVG())
}
