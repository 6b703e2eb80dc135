package versus

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// report is what both pages show.
type report struct {
	Plan    *Plan
	Command string
	Missing int // cells that are neither done nor failed
	Failed  []Result
	Parts   []part
}

// Title heads both pages.
func (r *report) Title() string {
	if len(r.Plan.Variants) == 1 {
		return r.Plan.Variants[0] + " under its budget"
	}
	return fmt.Sprintf("%d variants under one budget", len(r.Plan.Variants))
}

// part is a dataset's.
type part struct {
	Table
	Charts []drawing
	Losses []drawing
	Grids  []grid
}

// drawing is a chart and where it lies.
type drawing struct {
	Title string
	SVG   []byte
	Path  string // relative to the comparison's folder
}

// grid is the pictures of a variant's first seed.
type grid struct {
	Variant  string
	Seed     uint64
	Pictures []picture
}

// Report writes report.html, report.md and the charts in plots/ for what is done
// so far. command is what the page says it was made by.
func (c *Folder) Report(command string) error {
	results, err := c.Results()
	if err != nil {
		return err
	}
	r := &report{Plan: &c.Plan, Command: command}
	for _, result := range results {
		switch result.State {
		case Failed:
			r.Failed = append(r.Failed, result)
		case Waiting, Started:
			r.Missing++
		}
	}
	for i, t := range Summarize(&c.Plan, results) {
		p, err := c.part(i, t, results)
		if err != nil {
			return err
		}
		r.Parts = append(r.Parts, p)
	}
	if err := c.writeHTML(r); err != nil {
		return err
	}
	return c.writeMarkdown(r)
}

func (c *Folder) part(index int, t Table, results []Result) (part, error) {
	p := part{Table: t}
	for k, column := range t.Columns {
		chart := figureChart(&c.Plan, t.Data, column, results)
		d, err := c.draw(column.Name, fmt.Sprintf("data%d-figure%d.svg", index+1, k+1), chart.SVG())
		if err != nil {
			return p, err
		}
		p.Charts = append(p.Charts, d)
	}
	for _, variant := range c.Plan.Variants {
		if err := c.showRun(&p, index, variant, results); err != nil {
			return p, err
		}
	}
	return p, nil
}

// showRun adds the losses and pictures of a variant's first run that is done.
func (c *Folder) showRun(p *part, index int, variant string, results []Result) error {
	for i := range results {
		r := &results[i]
		if r.Data != p.Data || r.Variant != variant || r.last() == nil {
			continue
		}
		run, err := runs.Open(filepath.Join(c.RunsDir(), r.Run))
		if fault.KindOf(err) == fault.NotFound {
			return nil // somebody has cleared up: the figures are still there
		}
		if err != nil {
			return err
		}
		losses, err := run.Losses()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		title := fmt.Sprintf("%s, seed %d", variant, r.Seed)
		d, err := c.draw("losses of "+title, fmt.Sprintf("data%d-losses-%s.svg", index+1, variant), LossChart(title, losses).SVG())
		if err != nil {
			return err
		}
		p.Losses = append(p.Losses, d)
		g := grid{Variant: variant, Seed: r.Seed}
		if g.Pictures, err = pictures(run); err == nil && len(g.Pictures) > 0 {
			p.Grids = append(p.Grids, g)
		}
		return err
	}
	return nil
}

func (c *Folder) draw(title, name string, svg []byte) (drawing, error) {
	d := drawing{title, svg, plotsDir + "/" + name}
	if err := os.MkdirAll(filepath.Join(c.Dir, plotsDir), 0o755); err != nil {
		return d, fault.Wrap(fault.IO, err, "cannot make the folder of the charts", c.Dir, "choose a folder that you may write to with --out")
	}
	return d, atomicfile.WriteBytes(filepath.Join(c.Dir, d.Path), svg)
}

// String words a stat: "12.31 ± 0.42", "12.31 ± 0.42 *" for the best, "-" where
// nothing was measured.
func (s Stat) String() string {
	switch {
	case s.N == 0:
		return "-"
	case s.Mean == nil:
		return "not finite"
	}
	text := short(*s.Mean)
	if s.SD != nil {
		text = spread(*s.Mean, *s.SD)
	}
	if s.Best {
		text += " *"
	}
	return text
}

// spread writes a mean to the decimals of its standard deviation, of which two
// digits count: over a few seeds it is not known better.
func spread(mean, sd float64) string {
	const least, most = 1e-6, 1e6 // beyond them it is zeros that would be seen
	const tiny = 1e-8             // share of the mean below which a deviation is rounding
	switch {
	case sd > 0 && sd < tiny*math.Abs(mean):
		return short(mean) + " ± 0"
	case sd < least || sd >= most || math.Abs(mean) >= most:
		return short(mean) + " ± " + strconv.FormatFloat(sd, 'g', 2, 64)
	}
	decimals := max(0, 1-int(math.Floor(math.Log10(sd))))
	fixed := func(v float64) string { return strconv.FormatFloat(v, 'f', decimals, 64) }
	return fixed(mean) + " ± " + fixed(sd)
}

// short writes a figure with four significant digits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }

// Head is a column's heading: "high-quality samples, %".
func (c Column) Head() string {
	if c.Unit == "" {
		return c.Name
	}
	return c.Name + ", " + c.Unit
}

// RealText is what real examples get, or "-".
func (c Column) RealText() string {
	if c.Real == nil {
		return "-"
	}
	return short(*c.Real)
}
