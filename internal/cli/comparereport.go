package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/versus"
)

// report prints the tables and says where the rest is.
func (o *compareOptions) report(c *versus.Folder) error {
	results, err := c.Results()
	if err != nil {
		return err
	}
	tables := versus.Summarize(&c.Plan, results)
	if o.CSV != "" {
		if err := versus.WriteCSV(o.CSV, tables); err != nil {
			return err
		}
	}
	page := filepath.Join(c.Dir, versus.ReportFile)
	if o.f.JSON {
		err := o.f.IO.JSON(struct {
			Folder  string          `json:"folder"`
			Report  string          `json:"report"`
			Plan    versus.Plan     `json:"plan"`
			Tables  []versus.Table  `json:"tables"`
			Results []versus.Result `json:"results"`
		}{c.Dir, page, c.Plan, tables, results})
		return cmp.Or(err, checkAny(results, c.Dir))
	}
	for i := range tables {
		if err := o.print(&tables[i]); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(results, unfinished) {
		o.f.advise("go on with:\n  zoo compare --out %s", quoteWord(displayPath(c.Dir)))
	}
	_, err = fmt.Fprintf(o.f.IO.Out, "report: %s\n", displayPath(page))
	return cmp.Or(err, checkAny(results, c.Dir))
}

// checkAny is the failure of a comparison without a single figure: one training
// that comes to its end makes it a success.
func checkAny(results []versus.Result, dir string) error {
	if slices.ContainsFunc(results, func(r versus.Result) bool { return r.State != versus.Failed }) {
		return nil
	}
	return fault.New(results[0].Kind, "no training of the comparison came to its end: "+results[0].Failure, dir, "zoo compare --retry tries them again")
}

// unfinished reports whether a training waits to be gone on with.
func unfinished(r versus.Result) bool { return r.State == versus.Waiting || r.State == versus.Started }

// print prints a table with the variants in its rows, or in its columns where the
// terminal is too narrow for that; the last of them is what real examples get.
func (o *compareOptions) print(t *versus.Table) error {
	heads := []string{"VARIANT", "RUNS", "SECONDS"}
	real := []string{"real", "-", "-"}
	for _, c := range t.Columns {
		heads = append(heads, strings.ToUpper(c.Head()))
		real = append(real, c.RealText())
	}
	rows := [][]string{heads}
	for _, r := range t.Rows {
		row := []string{r.Variant, r.RunsText(), r.Seconds.String()}
		for _, s := range r.Stats {
			row = append(row, s.String())
		}
		rows = append(rows, row)
	}
	rows = append(rows, real)
	if table := o.table(rows, "DATA", t.Data); table.Fits() {
		return table.Print()
	}
	return o.table(transposed(rows), "DATA", t.Data).Print()
}

// table is of figures, but for the first row and column, with one column more in front:
// its head, and the same cell in every row.
func (o *compareOptions) table(rows [][]string, head, cell string) *iostreams.Table {
	heads := []string{head, rows[0][0]}
	for _, h := range rows[0][1:] {
		heads = append(heads, ">"+h)
	}
	table := o.f.IO.Table(heads...)
	for _, row := range rows[1:] {
		table.Row(append([]string{cell}, row...)...)
	}
	return table
}

// transposed has the columns of rows, all of one length, as rows.
func transposed(rows [][]string) [][]string {
	columns := make([][]string, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			columns[i] = append(columns[i], cell)
		}
	}
	return columns
}
