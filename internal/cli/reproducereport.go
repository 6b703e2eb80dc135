package cli

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/reproduce"
)

// rowsFile is the table of a protocol that was followed, in its folder.
const rowsFile = "reproduction.json"

// reproduction is what rowsFile holds.
type reproduction struct {
	Name    string          `json:"name"`
	Title   string          `json:"title"`
	Paper   string          `json:"paper"`
	Differs string          `json:"differs,omitempty"`
	Short   bool            `json:"short"` // the figures mean nothing
	Whole   bool            `json:"whole"` // false: it was stopped before its end
	Version string          `json:"version"`
	Rows    []reproduce.Row `json:"rows"`
}

// report keeps the table and prints it.
func (o *reproduceOptions) report(p *reproduce.Protocol, rows []reproduce.Row, whole bool) error {
	r := reproduction{p.Name, p.Title, p.Paper, p.Differs, o.Brief, whole, o.f.Version, rows}
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return fault.Wrap(fault.IO, err, "cannot make the folder of the results", o.Out, "choose a folder that you may write to with --out")
	}
	path := filepath.Join(o.Out, rowsFile)
	if err := atomicfile.WriteBytes(path, append(content, '\n')); err != nil {
		return err
	}
	if o.f.JSON {
		return o.f.IO.JSON(r)
	}
	o.f.advise("%s, %s", p.Title, p.Paper)
	if p.Differs != "" {
		o.f.advise("differs: %s", p.Differs)
	}
	if o.Brief {
		o.f.advise("cut short: the figures mean nothing")
	}
	table := o.f.IO.Table("WHAT", ">PUBLISHED", ">OURS", ">SEEDS", ">SECONDS", "MEASURED ON")
	for _, row := range rows {
		seeds, seconds := "-", "-"
		if row.Seconds > 0 {
			seeds, seconds = figureOf(float64(row.Ours.N)), figureOf(row.Seconds)
		}
		table.Row(row.What, row.Published, row.Ours.String()+unit(row.Unit), seeds, seconds, row.Samples)
	}
	if err := table.Print(); err != nil {
		return err
	}
	if !whole {
		o.f.advise("the same command goes on")
	}
	o.f.advise("kept in %s", displayPath(path))
	return nil
}

func figureOf(v float64) string { return figure(&v) }
