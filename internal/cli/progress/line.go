// Package progress shows how far a training or a download is: a live line on a
// terminal, a plain line every few seconds anywhere else, nothing when quiet.
// It only draws; what there is to tell comes as events.
package progress

import (
	"maps"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

// steps writes how far e is: "1,250/4,000", or "1,250" under a budget of time.
func steps(e *zoo.Event) string {
	if e.Steps > 0 {
		return text.Count(e.Step) + "/" + text.Count(e.Steps)
	}
	return text.Count(e.Step)
}

// rest writes what e tells beside its step: time left, speed, losses.
func rest(e *zoo.Event) string {
	var parts []string
	if e.Remaining > 0 {
		parts = append(parts, text.Seconds(e.Remaining)+" left")
	}
	if e.ImagesPerSecond > 0 {
		parts = append(parts, text.Count(int64(e.ImagesPerSecond+0.5))+" images/s")
	}
	if l := Losses(e.Losses); l != "" {
		parts = append(parts, l)
	}
	return strings.Join(parts, " · ")
}

// Losses writes losses in the order d, g, then the variant's own terms by name.
func Losses(losses map[string]float64) string {
	names := slices.SortedFunc(maps.Keys(losses), func(a, b string) int {
		if ra, rb := rank(a), rank(b); ra != rb {
			return ra - rb
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = name + " " + text.Figure(losses[name])
	}
	return strings.Join(names, " ")
}

func rank(loss string) int {
	switch loss {
	case "d":
		return 0
	case "g":
		return 1
	}
	return 2
}

// share returns how much of the budget is spent, 0…1, or a negative number
// when e does not tell.
func share(e *zoo.Event) float64 {
	switch {
	case e.Steps > 0:
		return min(1, float64(e.Step)/float64(e.Steps))
	case e.Elapsed > 0 && e.Remaining > 0:
		return e.Elapsed / (e.Elapsed + e.Remaining)
	}
	return -1
}
