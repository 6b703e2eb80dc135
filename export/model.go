package export

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// model is what the passes work on: ONNX operators on values, not yet named.
type model struct {
	title   string
	inputs  []*value
	outputs []output
	nodes   []*node // operands before users
}

type output struct {
	name  string
	value *value
}

// value is an input, an initialiser or the result of a node.
type value struct {
	name  string         // of inputs and variables; others get theirs in the end
	shape tensor.Shape   // at batch 1
	batch bool           // axis 0 is the batch
	data  *tensor.Tensor // of a float32 initialiser
	ints  []int64        // of an int64 initialiser: a shape, axes, bounds
	maker *node          // of a result
}

func (v *value) constant() bool { return v.data != nil || v.ints != nil }

// floats makes an initialiser.
func floats(name string, t *tensor.Tensor) *value {
	return &value{name: name, shape: t.Shape, data: t}
}

// integers makes an int64 initialiser of one axis.
func integers(list ...int64) *value {
	return &value{shape: tensor.Shape{len(list)}, ints: append([]int64{}, list...)}
}

// node is one use of an ONNX operator. All operators used have one result.
type node struct {
	op         string
	attributes map[string]any // int64, []int64, float32
	in         []*value
	out        *value
	name       string
	source     *graph.Node // where it comes from, for names and errors
}

// result makes a node with a new value of the shape.
func result(n *node, shape tensor.Shape, batch bool) *node {
	n.out = &value{shape: shape, batch: batch, maker: n}
	return n
}

// replace puts with in the place of v wherever v is used.
func (m *model) replace(v, with *value) {
	for _, n := range m.nodes {
		for i, x := range n.in {
			if x == v {
				n.in[i] = with
			}
		}
	}
	for i := range m.outputs {
		if m.outputs[i].value == v {
			m.outputs[i].value = with
		}
	}
}

// remove takes a node out; its result must not be used any more.
func (m *model) remove(gone *node) {
	m.nodes = slices.DeleteFunc(m.nodes, func(n *node) bool { return n == gone })
}

// uses counts how often v is read, as an output of the model too.
func (m *model) uses(v *value) int {
	count := 0
	for _, n := range m.nodes {
		for _, x := range n.in {
			if x == v {
				count++
			}
		}
	}
	for _, o := range m.outputs {
		if o.value == v {
			count++
		}
	}
	return count
}
