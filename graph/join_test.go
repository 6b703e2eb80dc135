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

// TestJoinNeedsExamplesOfOneShape: two convolutions by one kernel give results
// of one shape from images of two.
func TestJoinNeedsExamplesOfOneShape(t *testing.T) {
	g := New("two sizes")
	w := NewVariable("w", true, 2, 1, 4, 4)
	for i := range w.Value.Data {
		w.Value.Data[i] = float32(i%5) - 2
	}
	a, b := g.Input("a", 1, 1, 28, 28), g.Input("b", 1, 1, 29, 29)
	inputs := map[string][]float64{"a": spreadOut(28*28, -1, 1, 1), "b": spreadOut(29*29, -1, 1, 2)}
	round32(inputs)
	y := a.Conv(g.Variable(w), Strided(2, 1)).Add(b.Conv(g.Variable(w), Strided(2, 1)))
	got := runFloat32(g, inputs, 1, y)
	compare(t, "sum", got[0], newReference(inputs).value(y), 1e-5)
}
