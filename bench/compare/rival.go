package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// rival is what trains a work beside ganzoo, in the best of its settings.
type rival struct {
	name    string
	setting string
	train   func() (measurement, error)
	runs    []measurement
}

// newRival tries settings, for half the time, and keeps the fastest.
func newRival[S fmt.Stringer](w work, name string, settings []S, o options, train func(s S, clock time.Duration) (measurement, error)) (*rival, error) {
	best, err := fastest(w.name(), name, settings, func(s S) (float64, error) {
		m, err := train(s, o.Clock/2)
		return m.ImagesPerSecond, err
	})
	return &rival{
		name: name, setting: best.String(),
		train: func() (measurement, error) { return train(best, o.Clock) },
	}, err
}

// run adds a run, which must be of the same work.
func (r *rival) run(ours content) error {
	m, err := r.train()
	r.runs = append(r.runs, m)
	if err == nil && m.content != ours {
		err = fmt.Errorf("the works differ: ganzoo %+v, %s %+v", ours, r.name, m.content)
	}
	return err
}

// ratios are ours to the rival's, round by round, sorted.
func (r *rival) ratios(ours []measurement) []float64 {
	var all []float64
	for i, theirs := range r.runs {
		all = append(all, ours[i].ImagesPerSecond/theirs.ImagesPerSecond)
	}
	slices.Sort(all)
	return all
}

// fastest tries settings of a side and returns the one with the most images a second.
func fastest[S fmt.Stringer](work, side string, settings []S, rate func(S) (float64, error)) (best S, err error) {
	var most float64
	for _, s := range settings {
		got, err := rate(s)
		if err != nil {
			return s, err
		}
		fmt.Fprintf(os.Stderr, "%-24s %s with %s: %.0f images/s\n", work, side, s, got)
		if got > most {
			best, most = s, got
		}
	}
	return best, nil
}

// threads is how many a side runs in.
type threads int

func (t threads) String() string {
	if t == 1 {
		return "1 thread"
	}
	return strconv.Itoa(int(t)) + " threads"
}

// oneOrAll are the numbers of threads that may be best.
func oneOrAll() []threads { return slices.Compact([]threads{1, threads(runtime.NumCPU())}) }
