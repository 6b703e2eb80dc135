package graph

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Rows and columns of a weight whose gradient is worth taking.
const takenRows, takenColumns = 1100, 1000

// updates are what may be done with a large gradient d = xᵀ·y by a weight w, with a
// running mean v.
var updates = []struct {
	name  string
	taken bool
	build func(g *Graph, d *Node, w, v *Variable)
}{
	{"RMSProp and an average", true, func(g *Graph, d *Node, w, v *Variable) {
		mean := g.Variable(v).Mul(0.9).Add(d.Square().Mul(0.1))
		g.Assign(v, mean)
		g.Assign(w, g.Variable(w).Sub(d.Div(mean.Sqrt().Add(1e-8)).Mul(0.01)))
	}},
	{"a bias beside it", true, func(g *Graph, d *Node, w, v *Variable) {
		g.Assign(w, g.Variable(w).Sub(d.Mul(g.Input("b", takenColumns))))
	}},
	{"the gradient is a result", false, func(g *Graph, d *Node, w, v *Variable) {
		g.Assign(w, g.Variable(w).Sub(d))
		g.Output("d", d)
	}},
	{"the gradient is summed, too", false, func(g *Graph, d *Node, w, v *Variable) {
		g.Assign(w, g.Variable(w).Sub(d.Mul(d.Square().Sum())))
	}},
	{"a view of the gradient", false, func(g *Graph, d *Node, w, v *Variable) {
		g.Assign(w, g.Variable(w).Sub(d.Reshape(takenColumns, takenRows).Reshape(-1, takenColumns).Mul(2)))
		g.Output("some", d.Slice(0, 3, 5).Mul(2))
	}},
}

// TestTakenProducts: a gradient that an update takes block by block leaves the bits
// that it leaves from memory, for any number of threads, and needs no memory.
func TestTakenProducts(t *testing.T) {
	pool := kernel.NewPool(3)
	defer pool.Close()
	for _, tc := range updates {
		t.Run(tc.name, func(t *testing.T) {
			run := func(pool *kernel.Pool, stored bool) (e *Executable, w, v *tensor.Tensor) {
				weight, mean := NewVariable("w", true, takenRows, takenColumns), NewVariable("v", false, takenRows, takenColumns)
				tensor.NewStream(1, "w", 0).Uniform(weight.Value.Data, -1, 1)
				g := New(tc.name)
				d := Gemm(g.Input("x", 40, takenRows), g.Input("y", 40, takenColumns), true, false)
				tc.build(g, d, weight, mean)
				if stored {
					g.Output("stored", d)
				}
				e = g.MustCompile(Options{Pool: pool})
				for i, name := range []string{"x", "y", "b"} {
					if e.HasInput(name) {
						tensor.NewStream(2, name, uint64(i)).Uniform(e.Input(name), -1, 1)
					}
				}
				e.Run(0)
				e.Run(1)
				return e, weight.Value, mean.Value
			}
			kept, wantW, wantV := run(nil, true)
			for _, p := range []*kernel.Pool{nil, pool} {
				e, w, v := run(p, false)
				if !slices.Equal(w.Data, wantW.Data) || !slices.Equal(v.Data, wantV.Data) {
					t.Errorf("%d threads: the new weight or its mean differs", p.Threads())
				}
				if taken := e.Bytes() <= kept.Bytes()-4*takenRows*takenColumns; taken != tc.taken {
					t.Errorf("taken is %v: %d bytes for %d of one that stores the gradient", taken, e.Bytes(), kept.Bytes())
				}
				if e.MACs() != kept.MACs() {
					t.Errorf("%d multiply-adds, want %d", e.MACs(), kept.MACs())
				}
			}
		})
	}
}

// TestTakenProductReadsWhatIsAssigned: rows of w are in the product that w is updated
// with, so they must stay until all of it is there.
func TestTakenProductReadsWhatIsAssigned(t *testing.T) {
	const side = 1050
	run := func(stored bool) []float32 {
		w := NewVariable("w", true, side, side)
		tensor.NewStream(1, "w", 0).Uniform(w.Value.Data, -1, 1)
		g := New("own rows")
		old := g.Variable(w)
		d := Gemm(old.Slice(0, 0, 40), g.Input("x", 40, side), true, false)
		g.Assign(w, old.Add(d))
		if stored {
			g.Output("stored", d)
		}
		e := g.MustCompile(Options{})
		tensor.NewStream(2, "x", 0).Uniform(e.Input("x"), -1, 1)
		e.Run(0)
		return w.Value.Data
	}
	if !slices.Equal(run(true), run(false)) {
		t.Error("the new weight differs")
	}
}
