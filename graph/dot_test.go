package graph

import (
	"strings"
	"testing"
)

func TestDOT(t *testing.T) {
	g := New("drawing")
	x := g.Input("x", 2, 3)
	v := NewVariable("w", true, 2, 3)
	y := x.Mul(x)
	g.Output("y", y)
	g.Assign(v, g.Variable(v).Add(y))
	drawing, err := g.DOT()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"drawing"`, `Input x 2×3`, `Variable w 2×3`, `Mul`, `output y`, `assign w`} {
		if !strings.Contains(string(drawing), part) {
			t.Errorf("the drawing lacks %s:\n%s", part, drawing)
		}
	}
	if n := strings.Count(string(drawing), "0 -- 1") + strings.Count(string(drawing), "0 -> 1"); n != 2 {
		t.Errorf("x·x has %d arrows from x, want 2:\n%s", n, drawing)
	}
}
