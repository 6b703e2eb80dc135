package iostreams

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/ganzoo/ganzoo/internal/text"
)

// Table collects rows for Out. On a terminal it prints a heading and aligned
// columns, of which those of text go on in lines below where the terminal has no room
// for them; in a pipe it prints the bare cells between tabs, for cut and awk.
type Table struct {
	io     *IO
	heads  []string
	right  []bool
	parted []bool
	rows   [][]string
}

// Table starts a table with these headings; when all are empty, none is printed. A
// heading that begins with ">" heads a column of figures, set flush right; one that
// begins with "/" heads names that may be parted within a word where nothing else makes
// the table fit, which nobody is to copy from the terminal.
func (s *IO) Table(heads ...string) *Table {
	n := len(heads)
	t := &Table{io: s, heads: make([]string, n), right: make([]bool, n), parted: make([]bool, n)}
	for i, h := range heads {
		h, t.right[i] = strings.CutPrefix(h, ">")
		t.heads[i], t.parted[i] = strings.CutPrefix(h, "/")
	}
	return t
}

// Row adds a row, one cell a heading. Line ends and tabs in a cell become spaces, and what
// a terminal would obey is spelled.
func (t *Table) Row(cells ...string) {
	if len(cells) != len(t.heads) {
		panic(fmt.Sprintf("iostreams: a row of %d cells in a table of %d columns", len(cells), len(t.heads)))
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = text.Line(c)
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
func (t *Table) Fits() bool { return !t.io.OutIsTTY() || across(t.widths()) <= t.io.Width() }

// gap is the number of blanks between two columns.
const gap = 2

// across is the width of a line with columns of these widths.
func across(widths []int) int {
	sum := -gap
	for _, w := range widths {
		sum += w + gap
	}
	return sum
}

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

// leastWrapped is the width below which a wrapped column says nothing.
const leastWrapped = 12

// fitted are the widths of the columns when those of text are wrapped, the widest
// first, until the terminal has room for the table: between words, and where that is
// not enough within the words of the columns that allow it. Where that does not help
// either they are left as they are, for the terminal to break. Figures stay in one
// line: half a figure is another figure.
func (t *Table) fitted() []int {
	natural := t.widths()
	for _, whole := range []bool{true, false} {
		if widths := narrowed(natural, t.least(natural, whole), t.io.Width()); widths != nil {
			return widths
		}
	}
	return natural
}

// narrowed takes from the widest columns, none below its least width, until all fit
// the room; nil where they cannot.
func narrowed(natural, least []int, room int) []int {
	widths := slices.Clone(natural)
	for excess := across(widths) - room; excess > 0; excess-- {
		widest := -1
		for i, w := range widths {
			if w > least[i] && (widest < 0 || w >= widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return nil
		}
		widths[widest]--
	}
	return widths
}

// least are the widths below which the columns cannot be wrapped, with whole words or
// without.
func (t *Table) least(natural []int, whole bool) []int {
	least := slices.Clone(natural)
	for i := range least {
		if t.right[i] {
			continue
		}
		word := min(leastWrapped, natural[i])
		if t.parted[i] && !whole {
			least[i] = word
			continue
		}
		for _, row := range append([][]string{t.heads}, t.rows...) {
			for w := range strings.FieldsSeq(row[i]) {
				word = max(word, runewidth.StringWidth(w))
			}
		}
		least[i] = word
	}
	return least
}

func (t *Table) aligned(b *strings.Builder) {
	widths := t.fitted()
	palette := t.io.OutPalette()
	if strings.Join(t.heads, "") != "" {
		t.line(b, t.heads, widths, palette.Faint)
	}
	for _, row := range t.rows {
		t.line(b, row, widths, func(s string) string { return s })
	}
}

// line writes a row, in as many lines as its longest cell takes.
func (t *Table) line(b *strings.Builder, row []string, widths []int, paint func(string) string) {
	cells, height := make([][]string, len(row)), 1
	for i, c := range row {
		cells[i] = []string{c}
		switch {
		case t.parted[i]:
			cells[i] = text.WrapWithin(c, widths[i])
		case !t.right[i]:
			cells[i] = text.Wrap(c, widths[i])
		}
		height = max(height, len(cells[i]))
	}
	for k := range height {
		pending := "" // blanks that nothing may follow
		for i := range cells {
			cell := ""
			if k < len(cells[i]) {
				cell = cells[i][k]
			}
			pad := strings.Repeat(" ", max(0, widths[i]-runewidth.StringWidth(cell)))
			if t.right[i] {
				pending, pad = pending+pad, ""
			}
			if cell != "" {
				b.WriteString(pending + paint(cell))
				pending = ""
			}
			pending += pad + strings.Repeat(" ", gap)
		}
		b.WriteString("\n")
	}
}
