package gan

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestExportProvesTheBatch: every generator serves any number of examples, and
// a discriminator that compares those of a batch is refused by its line.
func TestExportProvesTheBatch(t *testing.T) {
	shapes := map[string][]int{"slim28": {1, 28, 28}, "dcgan28": {1, 28, 28}, "mlp": {1, 8, 8}, "toy": {2}, "dcgan32": {3, 32, 32}, "dcgan64": {3, 64, 64}, "lsgan112": {3, 112, 112}}
	for _, name := range arch.Names() {
		shape, ok := shapes[name]
		if !ok {
			shape = []int{3, 32, 32}
		}
		kind := zoo.Images
		if len(shape) == 1 {
			kind = zoo.Points
		}
		model := func(t *testing.T, params map[string]string) *Model {
			t.Helper()
			m, _, err := NewModel(hinge, zoo.Config{Arch: name, Params: params}, &zoo.Dataset{Kind: kind, Shape: shape, Count: 100})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		t.Run(name, func(t *testing.T) {
			m := model(t, nil)
			if _, err := treatsExamplesApart(func(n int) (*graph.Graph, error) { return m.servingGraph(n, false) }); err != nil {
				t.Error(err)
			}
			if _, err := treatsExamplesApart(func(n int) (*graph.Graph, error) { return m.networkGraph(discriminatorNetwork, n) }); err != nil {
				t.Error(err)
			}
		})
		t.Run(name+" that compares examples", func(t *testing.T) {
			m := model(t, map[string]string{"minibatch_discrimination": "on", "norm_d": "none"})
			_, err := treatsExamplesApart(func(n int) (*graph.Graph, error) { return m.networkGraph(discriminatorNetwork, n) })
			if err == nil || !strings.Contains(err.Error(), "minibatch.go:") {
				t.Errorf("got %v, want a refusal that names the line", err)
			}
		})
	}
}
