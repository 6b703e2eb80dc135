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
	content                 // PyTorch's only
}

// result is what the runs of one work came to.
type result struct {
	work
	setting      setting // PyTorch's best
	ours, theirs []measurement
	content      content
	macsPerImage float64
}

// compare tries settings for PyTorch, then lets both sides take turns.
func compare(ctx context.Context, w work, zoo *zooBinary, torch *pyTorch, o options) (result, error) {
	r := result{work: w}
	var err error
	if r.content, r.macsPerImage, err = w.measure(); err != nil {
		return r, err
	}
	if torch != nil {
		if r.setting, err = torch.best(ctx, w, o); err != nil {
			return r, err
		}
	}
	for round := range o.Rounds {
		sides := []func() error{
			func() error {
				m, err := zoo.train(ctx, w, o)
				r.ours = append(r.ours, m)
				return err
			},
			func() error {
				if torch == nil {
					return nil
				}
				m, err := torch.train(ctx, w, r.setting, o.WarmUp, o.Clock)
				r.theirs = append(r.theirs, m)
				if err == nil && m.content != r.content {
					err = fmt.Errorf("the works differ: ganzoo %+v, PyTorch %+v", r.content, m.content)
				}
				return err
			},
		}
		if round%2 == 1 { // neither side always comes first
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if err := side(); err != nil {
				return r, err
			}
		}
		fmt.Fprintf(os.Stderr, "%-24s round %d of %d: ganzoo %.0f", w.name(), round+1, o.Rounds, r.ours[round].ImagesPerSecond)
		if torch != nil {
			fmt.Fprintf(os.Stderr, ", PyTorch %.0f images/s", r.theirs[round].ImagesPerSecond)
		}
		fmt.Fprintln(os.Stderr)
	}
	return r, nil
}

// ratios are ours to theirs, pair by pair, sorted.
func (r *result) ratios() []float64 {
	var all []float64
	for i := range r.theirs {
		all = append(all, r.ours[i].ImagesPerSecond/r.theirs[i].ImagesPerSecond)
	}
	slices.Sort(all)
	return all
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
