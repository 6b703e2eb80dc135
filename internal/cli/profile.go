package cli

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

// printProfile shows where the time of a training's steps went: a row an op,
// what it computed a second, and how near that is to what the cores can do; and
// how many images they took in a second.
func printProfile(io *iostreams.IO, e *zoo.Event) error {
	p := e.Profile
	if p == nil || p.Steps == 0 {
		return nil
	}
	table := io.Table("OP", ">MS/STEP", ">SHARE", ">GFLOP/S", ">OF PEAK")
	row := func(op string, seconds, gflop float64) {
		rate, peak := "", ""
		if gflop > 0 && seconds > 0 {
			rate = fmt.Sprintf("%.0f", gflop/seconds)
			if p.PeakGFLOPS > 0 {
				peak = fmt.Sprintf("%.0f%%", 100*gflop/seconds/p.PeakGFLOPS)
			}
		}
		table.Row(op, fmt.Sprintf("%.3f", 1e3*seconds/float64(p.Steps)), fmt.Sprintf("%.1f%%", 100*seconds/p.Seconds), rate, peak)
	}
	total := 0.0
	for _, o := range p.Ops {
		row(o.Op, o.Seconds, o.GFLOP)
		total += o.GFLOP
	}
	row("all", p.Seconds, total)
	if err := table.Print(); err != nil {
		return err
	}
	speed := text.Count(int64(math.Round(float64(e.Images)/p.Seconds))) + " images/s"
	if p.PeakGFLOPS > 0 {
		speed += fmt.Sprintf("; the peak is %.0f GFLOP/s", p.PeakGFLOPS)
	}
	_, err := fmt.Fprintln(io.Out, speed)
	return err
}
