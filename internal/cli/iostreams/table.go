package iostreams

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table collects rows for Out. On a terminal it prints a heading and aligned
// columns, the last of which goes on in lines below where the terminal ends; in a
// pipe it prints the bare cells between tabs, for cut and awk.
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

// Fits reports whether the terminal has room for the table, as a pipe has for any.
func (t *Table) Fits() bool {
	width := -gap
	for _, w := range t.widths() {
		width += w + gap
	}
	return !t.io.OutIsTTY() || width <= t.io.Width()
}

// gap is the number of blanks between two columns.
const gap = 2

// widths are those of the columns when nothing is wrapped.
func (t *Table) widths() []int {
	widths := make([]int, len(t.heads))
	for _, row := range append([][]string{t.heads}, t.rows...) {
		for i, c := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(c))
		}
	}
	return widths
}

func (t *Table) aligned(b *strings.Builder) {
	widths := t.widths()
	last := len(widths) - 1
	room := t.io.Width()
	for _, w := range widths[:last] {
		room -= w + gap
	}
	palette := t.io.OutPalette()
	line := func(row []string, paint func(string) string) {
		for i, c := range row[:last] {
			pad := strings.Repeat(" ", widths[i]-runewidth.StringWidth(c))
			if t.right[i] {
				b.WriteString(pad + paint(c))
			} else {
				b.WriteString(paint(c) + pad)
			}
			b.WriteString(strings.Repeat(" ", gap))
		}
		for i, c := range t.fit(row[last], room) {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", t.io.Width()-room))
			}
			if t.right[last] {
				b.WriteString(strings.Repeat(" ", widths[last]-runewidth.StringWidth(c)))
			}
			b.WriteString(paint(c) + "\n")
		}
	}
	if strings.Join(t.heads, "") != "" {
		line(t.heads, palette.Faint)
	}
	for _, row := range t.rows {
		line(row, func(s string) string { return s })
	}
}

// leastWrapped is the width below which a wrapped column says nothing: the terminal
// may break it.
const leastWrapped = 20

// fit makes the last cell of a row fit the room that the others leave, in one
// line or several. Figures stay in one: half a figure is another figure.
func (t *Table) fit(cell string, room int) []string {
	if t.right[len(t.right)-1] || room < leastWrapped {
		return []string{cell}
	}
	return wrap(cell, room)
}

// wrap parts text between words into lines of at most width columns, where its
// words allow it.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case runewidth.StringWidth(*last)+1+runewidth.StringWidth(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
