package export_test

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/graph"
)

// TestCheckBatch: with one example an axis of the batch looks like any other of
// extent 1; with two it does not.
func TestCheckBatch(t *testing.T) {
	for _, tc := range []struct {
		name  string
		build func(x *graph.Node, batch int) *graph.Node
		bad   string // of the refusal; empty: none
	}{
		{"examples apart", func(x *graph.Node, n int) *graph.Node { return x.Reshape(n, 2, 2).Sum(2).Relu() }, ""},
		{"constants beside them", func(x *graph.Node, n int) *graph.Node { return x.Mul(2).Add(1) }, ""},
		{"each beside each", func(x *graph.Node, n int) *graph.Node {
			return x.Reshape(n, 1, 4).Sub(x.Reshape(1, n, 4)).Abs().Sum(1)
		}, "Reshape"},
		{"built otherwise", func(x *graph.Node, n int) *graph.Node {
			if n > 1 {
				return x.Tanh()
			}
			return x.Sigmoid()
		}, "Sigmoid"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			build := func(batch int) *graph.Graph {
				g := graph.New("twin")
				g.Output("y", tc.build(g.Input("x", batch, 4), batch))
				return g
			}
			err := export.CheckBatch(build(1), build(2))
			if tc.bad == "" && err != nil {
				t.Error(err)
			}
			if tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad) || !strings.Contains(err.Error(), "twin_test.go:")) {
				t.Errorf("got %v, want one that names %s and its line", err, tc.bad)
			}
		})
	}
}
