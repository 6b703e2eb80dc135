// Package plot draws curves as SVG, small enough to stand in a page and without
// anything to load. The same curves give the same bytes.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"unicode/utf8"
)

// Point is a place on a curve.
type Point struct{ X, Y float64 }

// Series is one curve. Points that are not finite are left out.
type Series struct {
	Name   string
	Points []Point
	Spread []float64 // half the height of a band round each point, or nil
}

// Chart is curves over one axis.
type Chart struct {
	Title    string
	X        string // what runs to the right, like "step"
	Doubling bool   // the same way to the right for each doubling of X, which is positive
	Series   []Series
}

// The picture's extent and the frame of its curves in it, in pixels.
const (
	width, height        = 460, 280
	left, right          = 58, 14
	top, bottom          = 30, 58
	frameWidth           = width - left - right
	frameHeight          = height - top - bottom
	legendEntry, swatch  = 104, 14
	legendRow, legendTop = 14, height - 20
	letter               = 6.2 // about a letter's width in the legend
)

// maxMarks is how many points of a curve are marked, each with a dot.
const maxMarks = 12

// maxPoints is how many points of a curve can be told apart in the frame.
const maxPoints = 400

// palette is of Okabe and Ito (2008): colours that the colour-blind tell apart.
var palette = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8f8f8f"}

// dashes tell curves apart once the palette begins again.
var dashes = []string{"", "6 3", "2 3"}

// SVG draws the chart.
func (c Chart) SVG() []byte {
	curves := make([]Series, len(c.Series))
	for i, s := range c.Series {
		curves[i] = thin(s)
		if c.Doubling {
			curves[i] = curves[i].doublings()
		}
	}
	v := fit(curves)
	entry := legendWidth(curves)
	columns := max(1, (width-left)/entry)
	tall := height + (max(len(curves), 1)-1)/columns*legendRow

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="11">`, width, tall)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`, width, tall)
	fmt.Fprintf(&b, `<text x="%d" y="18" font-size="13">%s</text>`, left, html.EscapeString(c.Title))
	v.axes(&b, c)
	for i, s := range curves {
		v.band(&b, s, palette[i%len(palette)])
	}
	for i, s := range curves {
		colour, dash := palette[i%len(palette)], dashes[i/len(palette)%len(dashes)]
		v.line(&b, s, colour, dash)
		x, y := left+i%columns*entry, legendTop+i/columns*legendRow
		fmt.Fprintf(&b, `<path d="M%d %dh%d" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>`, x, y-4, swatch, colour, dash)
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`, x+swatch+4, y, html.EscapeString(s.Name))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// legendWidth is that of a column of the legend: room for the longest name.
func legendWidth(curves []Series) int {
	w := legendEntry
	for _, s := range curves {
		w = max(w, swatch+2*4+int(letter*float64(utf8.RuneCountInString(s.Name))))
	}
	return w
}

// doublings puts X in powers of two.
func (s Series) doublings() Series {
	points := make([]Point, len(s.Points))
	for i, p := range s.Points {
		points[i] = Point{math.Log2(p.X), p.Y}
	}
	s.Points = points
	return s
}

// thin drops what is not finite, and puts the mean of neighbours in the place of
// more points than can be seen.
func thin(s Series) Series {
	out := Series{Name: s.Name}
	for i, p := range s.Points {
		if !finite(p.X) || !finite(p.Y) {
			continue
		}
		out.Points = append(out.Points, p)
		if s.Spread != nil {
			out.Spread = append(out.Spread, s.Spread[i])
		}
	}
	n := len(out.Points)
	if n <= maxPoints || s.Spread != nil {
		return out
	}
	means := make([]Point, maxPoints)
	for k := range means {
		part := out.Points[k*n/maxPoints : (k+1)*n/maxPoints]
		for _, p := range part {
			means[k].X += p.X / float64(len(part))
			means[k].Y += p.Y / float64(len(part))
		}
	}
	out.Points = means
	return out
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// view maps the chart's figures to pixels.
type view struct{ x0, x1, y0, y1 float64 }

// fit is the extent of all curves with their bands; never empty.
func fit(curves []Series) view {
	v := view{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
	for _, s := range curves {
		for i, p := range s.Points {
			spread := 0.0
			if s.Spread != nil && finite(s.Spread[i]) {
				spread = s.Spread[i]
			}
			v.x0, v.x1 = min(v.x0, p.X), max(v.x1, p.X)
			v.y0, v.y1 = min(v.y0, p.Y-spread), max(v.y1, p.Y+spread)
		}
	}
	if v.x0 > v.x1 {
		return view{0, 1, 0, 1}
	}
	v.x0, v.x1 = widen(v.x0, v.x1)
	v.y0, v.y1 = widen(v.y0, v.y1)
	return v
}

// widen parts two equal ends, so that a flat curve has a frame too.
func widen(a, b float64) (float64, float64) {
	if a < b {
		return a, b
	}
	half := max(math.Abs(a)/10, 0.5)
	return a - half, b + half
}

func (v view) px(x float64) float64 { return left + (x-v.x0)/(v.x1-v.x0)*frameWidth }
func (v view) py(y float64) float64 { return top + (v.y1-y)/(v.y1-v.y0)*frameHeight }

func (v view) axes(b *bytes.Buffer, c Chart) {
	for _, y := range ticks(v.y0, v.y1) {
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#e4e4e8"/>`, left, v.py(y), frameWidth)
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end">%s</text>`, left-6, v.py(y)+4, label(y))
	}
	at, value := ticks(v.x0, v.x1), func(x float64) float64 { return x }
	if c.Doubling {
		at, value = doublingTicks(v.x0, v.x1), math.Exp2
	}
	for _, x := range at {
		fmt.Fprintf(b, `<path d="M%.1f %dv4" stroke="#777"/>`, v.px(x), top+frameHeight)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, v.px(x), top+frameHeight+16, label(value(x)))
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#777"/>`, left, top, frameWidth, frameHeight)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end" fill="#555">%s</text>`, left-14, top+frameHeight+16, html.EscapeString(c.X))
}

// label is a tick's figure: short, since ticks lie on round numbers.
func label(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0" // of either sign
	case a >= 1e6:
		return fmt.Sprintf("%gM", v/1e6)
	case a >= 1e4:
		return fmt.Sprintf("%gk", v/1e3)
	}
	return fmt.Sprintf("%.4g", v)
}

// ticks are three to six round numbers within a…b: multiples of 1, 2 or 5 times a
// power of ten.
func ticks(a, b float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10((b-a)/3)))
	for _, factor := range []float64{5, 2} {
		if step*factor <= (b-a)/3 {
			step *= factor
			break
		}
	}
	var at []float64
	for k := math.Ceil(a / step); k*step <= b && len(at) < 20; k++ {
		at = append(at, k*step)
	}
	return at
}

// doublingTicks are the whole powers of two within 2ᵃ…2ᵇ, by their exponents; at most
// eight, evenly apart.
func doublingTicks(a, b float64) []float64 {
	step := math.Ceil(max(1, math.Floor(b)-math.Ceil(a)) / 7)
	var at []float64
	for k := math.Ceil(a); k <= b; k += step {
		at = append(at, k)
	}
	return at
}

func (v view) line(b *bytes.Buffer, s Series, colour, dash string) {
	if len(s.Points) == 1 {
		p := s.Points[0]
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, v.px(p.X), v.py(p.Y), colour)
		return
	}
	fmt.Fprintf(b, `<polyline fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="%s" points="`, colour, dash)
	for _, p := range s.Points {
		fmt.Fprintf(b, "%.1f,%.1f ", v.px(p.X), v.py(p.Y))
	}
	b.WriteString(`"/>`)
	if len(s.Points) > maxMarks {
		return
	}
	for _, p := range s.Points {
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2" fill="%s"/>`, v.px(p.X), v.py(p.Y), colour)
	}
}

func (v view) band(b *bytes.Buffer, s Series, colour string) {
	if s.Spread == nil || len(s.Points) < 2 {
		return
	}
	fmt.Fprintf(b, `<polygon fill="%s" fill-opacity="0.15" points="`, colour)
	for i, p := range s.Points {
		fmt.Fprintf(b, "%.1f,%.1f ", v.px(p.X), v.py(p.Y+s.Spread[i]))
	}
	for i := len(s.Points) - 1; i >= 0; i-- {
		p := s.Points[i]
		fmt.Fprintf(b, "%.1f,%.1f ", v.px(p.X), v.py(p.Y-s.Spread[i]))
	}
	b.WriteString(`"/>`)
}
