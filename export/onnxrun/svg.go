package onnxrun

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
)

// Sizes of the drawing, in pixels.
const (
	boxWidth, boxHeight = 190, 44
	gapX, gapY          = 24, 30
)

// box is a node, input or output of the drawing, in a row under all that it needs.
type box struct {
	lines       []string
	fill        string
	row, column int
	from        []*box
}

func (b *box) x() int { return gapX + b.column*(boxWidth+gapX) }
func (b *box) y() int { return gapY + b.row*(boxHeight+gapY) }

// SVG draws the model: inputs above, each node below what it needs. Initialisers,
// and what is computed from them alone, are left out. The error is always nil, and
// there so that it can stand in DOT's place.
func SVG(m *Model, nodes []NodeInfo) ([]byte, error) {
	d := drawing{made: map[string]*box{}}
	for _, p := range m.inputs {
		d.made[p.Name] = d.add("#d7e8d4", nil, p.Name, fmt.Sprintf("%v %v", p.Type, p))
	}
	for _, n := range nodes {
		if !slices.ContainsFunc(n.Inputs, func(in string) bool { return d.made[in] != nil }) {
			continue
		}
		b := d.add("#f2f2ee", n.Inputs, n.Operator, strings.Join(n.Result, ", "))
		for _, out := range n.Outputs {
			d.made[out] = b
		}
	}
	for _, p := range m.outputs {
		d.add("#e5d9ec", []string{p.Name}, p.Name, fmt.Sprintf("%v %v", p.Type, p))
	}
	return d.svg(), nil
}

// drawing is the boxes in their order, all at their places.
type drawing struct {
	boxes []*box
	made  map[string]*box // by the values that they give
	width []int           // boxes in each row
}

// add puts a box under those that give its inputs, at the end of a row.
func (d *drawing) add(fill string, inputs []string, lines ...string) *box {
	b := &box{lines: lines, fill: fill}
	for _, in := range inputs {
		if f := d.made[in]; f != nil {
			b.from = append(b.from, f)
			b.row = max(b.row, f.row+1)
		}
	}
	for len(d.width) <= b.row {
		d.width = append(d.width, 0)
	}
	b.column = d.width[b.row]
	d.width[b.row]++
	d.boxes = append(d.boxes, b)
	return b
}

// svg writes the lines, and the boxes over them.
func (d *drawing) svg() []byte {
	columns := 1
	for _, w := range d.width {
		columns = max(columns, w)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n",
		gapX+columns*(boxWidth+gapX), gapY+len(d.width)*(boxHeight+gapY))
	for _, to := range d.boxes {
		for _, from := range to.from {
			x1, y1, x2, y2 := from.x()+boxWidth/2, from.y()+boxHeight, to.x()+boxWidth/2, to.y()
			fmt.Fprintf(&b, "<path d=\"M%d %dC%d %d %d %d %d %d\" fill=\"none\" stroke=\"#888\"/>\n", x1, y1, x1, y1+gapY/2, x2, y2-gapY/2, x2, y2)
		}
	}
	for _, v := range d.boxes {
		fmt.Fprintf(&b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"#555\"/>\n", v.x(), v.y(), boxWidth, boxHeight, v.fill)
		for i, line := range v.lines {
			fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", v.x()+boxWidth/2, v.y()+18+16*i, html.EscapeString(printable(line)))
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// printable keeps a label within its box, and characters out that XML forbids.
func printable(s string) string {
	const most = 30
	r := []rune(strings.Map(func(c rune) rune {
		if c < ' ' || c == '\ufffe' || c == '\uffff' || c == '\ufffd' {
			return ' '
		}
		return c
	}, s))
	if len(r) > most {
		r = append(r[:most-1], '…')
	}
	return string(r)
}
