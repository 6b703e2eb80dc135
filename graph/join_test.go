package graph

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

// TestJoinedRowsNextToRepeatedOnes: a Concat that has some of the rows twice is
// no model for the order in which products are joined.
func TestJoinedRowsNextToRepeatedOnes(t *testing.T) {
	g := New("rows")
	a, b := g.Input("a", 1, 1), g.Input("b", 1, 1)
	w := g.Constant(tensor.Of([]float32{3}, 1, 1))
	g.Output("twice", Concat(0, a, a))
	g.Output("aw", a.MatMul(w))
	g.Output("bw", b.MatMul(w))
	run := g.MustCompile(Options{})
	run.Input("a")[0], run.Input("b")[0] = 2, 5
	run.Run(0)
	for name, want := range map[string][]float32{"twice": {2, 2}, "aw": {6}, "bw": {15}} {
		if got := run.Output(name).Data; !slices.Equal(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
