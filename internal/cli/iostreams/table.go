package iostreams

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table collects rows for Out. On a terminal it prints a heading and aligned
// columns, the last of them cut to the terminal's width; in a pipe it prints
// the bare cells between tabs, whole, for cut and awk.
type Table struct {
	io    *IO
	heads []string
	right []bool
	rows  [][]string
}

// Table starts a table with these headings; when all are empty, none is
// printed. A heading that begins with ">"
// heads a column of figures, set flush right.
func (s *IO) Table(heads ...string) *Table {
	t := &Table{io: s, heads: make([]string, len(heads)), right: make([]bool, len(heads))}
	for i, h := range heads {
		t.heads[i], t.right[i] = strings.CutPrefix(h, ">")
	}
	return t
}

// Row adds a row, one cell a heading. Line ends and tabs in a cell become spaces.
func (t *Table) Row(cells ...string) {
	if len(cells) != len(t.heads) {
		panic(fmt.Sprintf("iostreams: a row of %d cells in a table of %d columns", len(cells), len(t.heads)))
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = strings.Join(strings.Fields(c), " ")
	}
	t.rows = append(t.rows, row)
}

// Print writes the table to Out.
func (t *Table) Print() error {
	var b strings.Builder
	if t.io.OutIsTTY() {
		t.aligned(&b)
	} else {
		for _, row := range t.rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	_, err := io.WriteString(t.io.Out, b.String())
	return err
}

func (t *Table) aligned(b *strings.Builder) {
	const gap = 2
	widths := make([]int, len(t.heads))
	for _, row := range append([][]string{t.heads}, t.rows...) {
		for i, c := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(c))
		}
	}
	last := len(widths) - 1
	room := t.io.Width()
	for _, w := range widths[:last] {
		room -= w + gap
	}
	// Below this a cut column says nothing: rather let the terminal wrap it.
	const least = 12
	cut := max(room, least)

	palette := t.io.OutPalette()
	line := func(row []string, paint func(string) string) {
		for i, c := range row {
			if i == last {
				c = runewidth.Truncate(c, cut, "…")
			}
			pad := strings.Repeat(" ", max(0, widths[i]-runewidth.StringWidth(c)))
			switch {
			case t.right[i]:
				b.WriteString(pad + paint(c))
			case i == last:
				b.WriteString(paint(c))
			default:
				b.WriteString(paint(c) + pad)
			}
			if i < last {
				b.WriteString(strings.Repeat(" ", gap))
			}
		}
		b.WriteByte('\n')
	}
	if strings.Join(t.heads, "") != "" {
		line(t.heads, palette.Faint)
	}
	for _, row := range t.rows {
		line(row, func(s string) string { return s })
	}
}
