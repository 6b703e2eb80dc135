package versus

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

// writeMarkdown writes report.md, which points at the charts and pictures in the
// folder.
func (c *Folder) writeMarkdown(r *report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", escape(r.Title()))
	fmt.Fprintf(&b, "%s each; seeds %s. Mean ± standard deviation over seeds at the end of the budget, the best marked with *.\n\n    %s\n",
		r.Plan.Budget(), strings.Trim(fmt.Sprint(r.Plan.Seeds), "[]"), r.Command)
	if r.Missing > 0 {
		fmt.Fprintf(&b, "\n**Trainings not done yet: %d.**\n", r.Missing)
	}
	for _, p := range r.Parts {
		fmt.Fprintf(&b, "\n## %s\n\n%s", escape(p.Data), p.Markdown())
		for _, d := range append(p.Charts, p.Losses...) {
			fmt.Fprintf(&b, "\n![%s](%s)\n", escape(d.Title), d.Path)
		}
		c.markdownGrids(&b, p.Grids)
	}
	if len(r.Failed) > 0 {
		b.WriteString("\n## Failed\n\n")
		for _, f := range r.Failed {
			fmt.Fprintf(&b, "- %s on %s, seed %d: %s\n", f.Variant, escape(f.Data), f.Seed, escape(f.Failure))
		}
	}
	return atomicfile.WriteBytes(filepath.Join(c.Dir, "report.md"), []byte(b.String()))
}

// Markdown is the table with a last row of what real examples get.
func (t *Table) Markdown() string {
	var b strings.Builder
	b.WriteString("| variant | runs | seconds |")
	for _, c := range t.Columns {
		fmt.Fprintf(&b, " %s |", escape(c.Head()))
	}
	b.WriteString("\n|---|---:|---:|" + strings.Repeat("---:|", len(t.Columns)) + "\n")
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s |", r.Variant, r.RunsText(), r.Seconds)
		for _, s := range r.Stats {
			fmt.Fprintf(&b, " %s |", s)
		}
		b.WriteByte('\n')
	}
	b.WriteString("| real | | |")
	for _, c := range t.Columns {
		fmt.Fprintf(&b, " %s |", c.RealText())
	}
	b.WriteByte('\n')
	return b.String()
}

// RunsText is how many runs a row stands for: "3", or "2 (1 failed)".
func (r Row) RunsText() string {
	if r.Failed == 0 {
		return fmt.Sprint(r.Runs)
	}
	return fmt.Sprintf("%d (%d failed)", r.Runs, r.Failed)
}

func (c *Folder) markdownGrids(b *strings.Builder, grids []grid) {
	for _, g := range grids {
		fmt.Fprintf(b, "\n%s, seed %d:\n\n", g.Variant, g.Seed)
		for _, p := range g.Pictures {
			path, err := filepath.Rel(c.Dir, p.Path)
			if err != nil {
				path = p.Path
			}
			fmt.Fprintf(b, "![%s](%s) ", p.Step, filepath.ToSlash(path))
		}
		b.WriteByte('\n')
	}
}

// escape keeps text from ending a cell or a line, and from being markup.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "[", `\[`, "]", `\]`, "<", `\<`, "*", `\*`).Replace(s)
}
