package graph

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

// formulas are those of optimisers as package nn writes them, of a weight w, a gradient
// d and a running mean v, and those of activations' derivatives.
var formulas = []struct {
	name    string
	kernels int // what its walk comes to
	formula func(g *Graph, w, d, v *Node) *Node
}{
	{"moving average", 1, func(_ *Graph, _, d, v *Node) *Node { return v.Mul(0.9).Add(d.Mul(0.1)) }},
	{"moving average of squares", 1, func(_ *Graph, _, d, v *Node) *Node { return v.Mul(0.9).Add(d.Square().Mul(0.1)) }},
	{"RMSProp", 1, func(_ *Graph, w, d, v *Node) *Node { return w.Sub(d.Div(v.Sqrt().Add(1e-8)).Mul(0.01)) }},
	{"Adam", 3, func(g *Graph, w, d, v *Node) *Node {
		m := w.Mul(0.5).Add(d.Mul(0.5))
		v = v.Mul(0.9).Add(d.Square().Mul(0.1))
		return w.Sub(m.Div(v.Sqrt().Mul(g.Scalar(3)).Add(1e-8)).Mul(0.01))
	}},
	{"Relu's derivative", 1, func(_ *Graph, w, d, _ *Node) *Node { return d.Mul(w.Greater(0)) }},
	{"LeakyRelu's derivative", 1, func(_ *Graph, w, d, _ *Node) *Node { return w.Greater(0).Where(1, 0.2).Mul(d) }},
	{"its own sign", 1, func(_ *Graph, w, _, _ *Node) *Node { return w.Mul(w.Greater(0).Where(0.5, -3)) }},
	{"above 1", 2, func(_ *Graph, w, d, _ *Node) *Node { return d.Mul(w.Greater(1)) }},
	{"square needed elsewhere", 3, func(_ *Graph, _, d, v *Node) *Node {
		square := d.Square()
		return v.Mul(0.9).Add(square.Mul(0.1)).Add(square)
	}},
}

// TestPhrasesKeepBits: a formula gives the same bits in one kernel as node by node,
// which outputs of all nodes enforce.
func TestPhrasesKeepBits(t *testing.T) {
	const n = 5000
	for _, tc := range formulas {
		t.Run(tc.name, func(t *testing.T) {
			run := func(apart bool) (result []float32, kernels int) {
				g := New(tc.name)
				y := tc.formula(g, g.Input("w", n), g.Input("d", n), g.Input("v", n))
				g.Output("y", y)
				if apart {
					for i, x := range reach([]*Node{y}) {
						if x.stored() && x != y {
							g.Output(string(rune('a'+i)), x)
						}
					}
				}
				e := g.MustCompile(Options{})
				for i, name := range []string{"w", "d", "v"} {
					if !e.HasInput(name) {
						continue
					}
					low := float32(-1)
					if name == "v" {
						low = 0
					}
					tensor.NewStream(1, name, uint64(i)).Uniform(e.Input(name), low, 1)
				}
				e.Run(0)
				for _, s := range e.steps {
					kernels += len(s.runner.(*walk).code)
				}
				return e.Output("y").Data, kernels
			}
			want, _ := run(true)
			got, kernels := run(false)
			if kernels != tc.kernels {
				t.Errorf("%d kernels, want %d", kernels, tc.kernels)
			}
			for i := range want {
				if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
					t.Fatalf("element %d is %v, node by node %v", i, got[i], want[i])
				}
			}
		})
	}
}

// TestPhraseReadsBeforeOverwriting: y needs the old w and the sum that is written in
// its place; a phrase for y would read w too late.
func TestPhraseReadsBeforeOverwriting(t *testing.T) {
	const n = 100
	w := NewVariable("w", true, n)
	for i := range w.Value.Data {
		w.Value.Data[i] = 2
	}
	g := New("overwritten")
	old := g.Variable(w)
	d := g.Input("d", n)
	sum := old.Add(d)
	g.Assign(w, sum)
	g.Output("y", old.Mul(0.5).Add(sum.Mul(0.25)))
	e := g.MustCompile(Options{})
	for i := range e.Input("d") {
		e.Input("d")[i] = 4
	}
	e.Run(0)
	if y := e.Output("y").Data[n-1]; y != 2.5 {
		t.Errorf("2·0.5 + 6·0.25 is %v", y)
	}
	if w := w.Value.Data[n-1]; w != 6 {
		t.Errorf("w became %v, want 6", w)
	}
}
