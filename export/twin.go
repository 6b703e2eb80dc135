package export

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// CheckBatch proves that a graph treats the examples of a batch apart, from the
// same network built for one example and for two: every value is then either
// the same size in both, or has the batch on axis 0 and nowhere else. One
// example alone cannot tell: a Reshape that moves the batch to another axis
// looks like one that does not. The fault names the node and its line.
func CheckBatch(one, two *graph.Graph) error {
	a, b := one.Nodes(), two.Nodes()
	for i, n := range a {
		if i >= len(b) || b[i].Op() != n.Op() {
			return unsuited(n, "it is built otherwise for two examples")
		}
		single, double := n.Shape(), b[i].Shape()
		if !single.Equal(double) && !batchFirst(single, double) {
			return unsuited(n, "it moves the batch to another axis: for two examples it is %v", double)
		}
	}
	return nil
}

// batchFirst reports whether axis 0 alone grew from one example to two.
func batchFirst(single, double tensor.Shape) bool {
	return len(single) > 0 && len(double) == len(single) &&
		single[0] == 1 && double[0] == 2 && slices.Equal(single[1:], double[1:])
}
