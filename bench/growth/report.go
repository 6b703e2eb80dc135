package main

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/internal/plot"
)

// curves calls f with the points of each network and number of threads.
func curves(points []*point, f func(name string, curve []*point)) {
	for len(points) > 0 {
		first, n := points[0], 1
		for n < len(points) && points[n].arch == first.arch && points[n].threads == first.threads {
			n++
		}
		name := fmt.Sprintf("%s, %d threads", first.arch, first.threads)
		if first.threads == 1 {
			name = first.arch + ", 1 thread"
		}
		f(name, points[:n])
		points = points[n:]
	}
}

// chart draws the shares of the peak.
func chart(a axis, points []*point) plot.Chart {
	c := plot.Chart{Title: "share of the FMA peak, %", X: a.name, Doubling: true}
	curves(points, func(name string, curve []*point) {
		s := plot.Series{Name: name}
		for _, p := range curve {
			s.Points = append(s.Points, plot.Point{X: float64(p.value), Y: 100 * p.share})
		}
		c.Series = append(c.Series, s)
	})
	return c
}

// table writes images/s and the shares, in Markdown.
func table(a axis, points []*point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| images/s (share of peak) by %s |", a.name)
	for _, v := range a.values {
		fmt.Fprintf(&b, " %d |", v)
	}
	fmt.Fprint(&b, "\n|---|", strings.Repeat("---:|", len(a.values)), "\n")
	curves(points, func(name string, curve []*point) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, p := range curve {
			fmt.Fprintf(&b, " %.0f (%.0f%%) |", p.imagesPerSecond(), 100*p.share)
		}
		fmt.Fprintln(&b)
	})
	return b.String()
}
