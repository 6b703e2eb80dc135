package main

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/internal/plot"
)

// quality is a figure that tells how good digits are, with marks to pass.
type quality struct {
	name  string // as zoo evaluate says it
	file  string // in the name of the chart's file
	lower bool   // is better
	marks []float64
	worst float64 // a chart shows no worse
}

var qualities = []quality{
	{"FID (LeNet)", "fid", true, []float64{30, 15, 8}, 60},
	{"IS (LeNet)", "is", false, []float64{5, 6, 7}, 0},
	{"mean confidence (LeNet)", "confidence", false, []float64{80, 85, 90}, 0},
}

// passed returns from when on the curve has passed the mark for good, between its
// moments on a straight line; false if it never has. One that passes and falls
// back has not: a generator that has collapsed is read with great confidence.
func (q quality) passed(curve []*moment, mark float64) (seconds float64, ok bool) {
	i := len(curve)
	for i > 0 && q.reached(curve[i-1].figures[q.name], mark) {
		i--
	}
	switch i {
	case len(curve):
		return 0, false
	case 0:
		return curve[0].seconds, true
	}
	before, m := curve[i-1], curve[i]
	u, v := before.figures[q.name], m.figures[q.name]
	return before.seconds + (m.seconds-before.seconds)*(u-mark)/(u-v), true
}

func (q quality) reached(v, mark float64) bool { return v == mark || (v < mark) == q.lower }

// table says when each side passes the marks, and how far both get.
func table(variant string, ours, theirs []*moment) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| %s | ganzoo, s | PyTorch, s | ratio |\n|---|---:|---:|---:|\n", variant)
	for _, q := range qualities {
		for _, mark := range q.marks {
			sign := "≥"
			if q.lower {
				sign = "≤"
			}
			a, reachedA := q.passed(ours, mark)
			c, reachedC := q.passed(theirs, mark)
			ratio := ""
			if reachedA && reachedC {
				ratio = fmt.Sprintf("%.1f", c/a)
			}
			fmt.Fprintf(&b, "| %s %s %g | %s | %s | %s |\n", q.name, sign, mark, seconds(a, reachedA), seconds(c, reachedC), ratio)
		}
	}
	for _, side := range []struct {
		name  string
		curve []*moment
	}{{"ganzoo", ours}, {"PyTorch", theirs}} {
		last := side.curve[len(side.curve)-1]
		fmt.Fprintf(&b, "\n%s at the end, after %.0f s and %d images:", side.name, last.seconds, last.images)
		for _, q := range qualities {
			fmt.Fprintf(&b, " %s %.4g", q.name, last.figures[q.name])
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

func seconds(s float64, reached bool) string {
	if !reached {
		return "not reached"
	}
	return fmt.Sprintf("%.0f", s)
}

// chart draws a figure of both sides over time.
func chart(variant string, q quality, ours, theirs []*moment) plot.Chart {
	c := plot.Chart{Title: variant + ": " + q.name, X: "s"}
	for _, side := range []struct {
		name  string
		curve []*moment
	}{{"ganzoo", ours}, {"PyTorch", theirs}} {
		s := plot.Series{Name: side.name}
		for _, m := range side.curve {
			if v := m.figures[q.name]; q.worst == 0 || v <= q.worst {
				s.Points = append(s.Points, plot.Point{X: m.seconds, Y: v})
			}
		}
		c.Series = append(c.Series, s)
	}
	return c
}
