package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
)

// measurement is one run of one side.
type measurement struct {
	ImagesPerSecond float64 `json:"images_per_second"`
	PeakMemoryMB    float64 `json:"peak_memory_mb"` // 0: not known
	content                 // not of ganzoo's
}

// result is what the runs of one work came to.
type result struct {
	work
	content      content
	macsPerImage float64
	ours         []measurement
	pyTorch      *rival // nil: none
	libraries    []*rival
}

// compare lets the rivals choose their settings, then all sides take turns.
func compare(ctx context.Context, w work, zoo *zooBinary, torch *pyTorch, libraries []library, o options) (result, error) {
	r := result{work: w}
	var err error
	if r.content, r.macsPerImage, err = w.measure(); err != nil {
		return r, err
	}
	if torch != nil {
		if r.pyTorch, err = torch.rival(ctx, w, o); err != nil {
			return r, err
		}
	}
	for _, l := range libraries {
		if w.libraries && l.binary != "" {
			rival, err := l.rival(ctx, w, o)
			if err != nil {
				return r, err
			}
			r.libraries = append(r.libraries, rival)
		}
	}
	sides := []func() error{func() error {
		m, err := zoo.train(ctx, w, o)
		r.ours = append(r.ours, m)
		return err
	}}
	for _, rival := range r.rivals() {
		sides = append(sides, func() error { return rival.run(r.content) })
	}
	for round := range o.Rounds {
		for turn := range sides {
			if err := sides[(turn+round)%len(sides)](); err != nil { // none always comes first
				return r, err
			}
		}
		r.tell(round, o.Rounds)
	}
	return r, nil
}

func (r *result) rivals() []*rival {
	if r.pyTorch == nil {
		return r.libraries
	}
	return append([]*rival{r.pyTorch}, r.libraries...)
}

// tell prints what a round came to.
func (r *result) tell(round, rounds int) {
	fmt.Fprintf(os.Stderr, "%-24s round %d of %d: ganzoo %.0f", r.name(), round+1, rounds, r.ours[round].ImagesPerSecond)
	for _, rival := range r.rivals() {
		fmt.Fprintf(os.Stderr, ", %s %.0f", rival.name, rival.runs[round].ImagesPerSecond)
	}
	fmt.Fprintln(os.Stderr, " images/s")
}

func median[T cmp.Ordered](values []T) T {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

func rates(runs []measurement) []float64 {
	var all []float64
	for _, m := range runs {
		all = append(all, m.ImagesPerSecond)
	}
	return all
}

func peakMemory(runs []measurement) float64 {
	var peak float64
	for _, m := range runs {
		peak = max(peak, m.PeakMemoryMB)
	}
	return peak
}
