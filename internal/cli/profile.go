package cli

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/zoo"
)

// printProfile shows where the time of a training's steps went: a row an op,
// what it computed a second, and how near that is to what the cores can do.
func printProfile(io *iostreams.IO, p *zoo.Profile) error {
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
	return table.Print()
}
