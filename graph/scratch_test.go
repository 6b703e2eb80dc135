package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScratchIsShared: executables that take turns in one memory give what they
// give alone, and an output outlives the runs of the others.
func TestScratchIsShared(t *testing.T) {
	build := func(size int, o Options) *Executable {
		g := New("turns")
		x := g.Input("x", size, size)
		h := Gemm(x, x, false, false).Abs()
		g.Output("y", Gemm(h, x, false, false).Add(h))
		return g.MustCompile(o)
	}
	run := func(e *Executable) []float32 {
		x := e.Input("x")
		for i := range x {
			x[i] = float32(i%7) - 3
		}
		e.Run(0)
		return e.Output("y").Data
	}
	scratch := new(Scratch)
	sizes := []int{16, 40, 8}
	var alone, together []*Executable
	for _, n := range sizes {
		alone = append(alone, build(n, Options{}))
		together = append(together, build(n, Options{Scratch: scratch}))
	}
	for range 2 {
		for i := range sizes {
			run(together[i])
		}
		for i, n := range sizes {
			if diff := cmp.Diff(run(alone[i]), together[i].Output("y").Data); diff != "" {
				t.Errorf("size %d: %s", n, diff)
			}
		}
	}
	if got, want := len(scratch.values), together[1].plan.arena.room; got != want {
		t.Errorf("the scratch has %d values, the largest executable needs %d", got, want)
	}

	late := build(64, Options{Scratch: scratch})
	if diff := cmp.Diff(run(build(64, Options{})), run(late)); diff != "" {
		t.Errorf("one that came late: %s", diff)
	}
	if diff := cmp.Diff(run(alone[1]), run(together[1])); diff != "" {
		t.Errorf("one that was there before the memory grew: %s", diff)
	}
}
