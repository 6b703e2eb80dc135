package graph

import (
	"errors"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func TestCall(t *testing.T) {
	g := New("call")
	x := g.Input("x", 2, 3)
	reversed := &Function{Name: "Reverse", Run: func(_ *kernel.Pool, to []float32, from [][]float32) {
		for i, v := range from[0] {
			to[len(to)-1-i] = v
		}
	}}
	y := g.Call(reversed, []int{3, 2}, x.Add(1))
	g.Output("y", y.Mul(2))
	e := g.MustCompile(Options{})
	copy(e.Input("x"), []float32{0, 1, 2, 3, 4, 5})
	e.Run(0)
	got := e.Output("y")
	for i, want := range []float32{12, 10, 8, 6, 4, 2} {
		if got.Data[i] != want {
			t.Fatalf("got %v; want 12, 10, … 2", got.Data)
		}
	}

	var refused *BuildError
	if err := Catch(func() { Gradient(y.Sum(), x) }); !errors.As(err, &refused) || refused.Op != "Call" {
		t.Errorf("differentiating a call gives %v; want a BuildError of Call", err)
	}
}

func TestMaxBytes(t *testing.T) {
	g := New("large")
	x := g.Input("x", 1<<10)
	g.Output("y", x.Reshape(1<<10, 1).MatMul(x.Reshape(1, 1<<10)))
	var size *SizeError
	if _, err := g.Compile(Options{MaxBytes: 1 << 20}); !errors.As(err, &size) || size.Need < 4<<20 {
		t.Errorf("4 MiB in 1 MiB give %v; want a SizeError", err)
	}
	if _, err := g.Compile(Options{MaxBytes: 5 << 20}); err != nil {
		t.Error(err)
	}
}

// TestQuick compares the bits of two products through the same weights, joined
// and not.
func TestQuick(t *testing.T) {
	g := New("quick")
	w := g.Input("w", 3, 4)
	g.Output("a", g.Input("x", 2, 3).MatMul(w))
	g.Output("b", g.Input("y", 2, 3).MatMul(w))
	var results [2][]float32
	for i, quick := range []bool{false, true} {
		e := g.MustCompile(Options{Quick: quick})
		for _, name := range []string{"w", "x", "y"} {
			for k := range e.Input(name) {
				e.Input(name)[k] = float32(k+len(name)) / 7
			}
		}
		e.Run(0)
		results[i] = slices.Concat(e.Output("a").Data, e.Output("b").Data)
	}
	if !slices.Equal(results[0], results[1]) {
		t.Errorf("quick: %v; else %v", results[1], results[0])
	}
}
