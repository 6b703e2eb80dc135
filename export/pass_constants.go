package export

import (
	"fmt"
	"slices"

	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// foldConstants computes what depends on no input, such as a spectrally
// normalised weight W/σ(W).
func foldConstants(m *model) error {
	for _, n := range slices.Clone(m.nodes) {
		if slices.ContainsFunc(n.in, func(v *value) bool { return !v.constant() }) {
			continue
		}
		t, err := evaluate(n)
		if err != nil {
			return fmt.Errorf("%s, made at %s: %w", n.op, n.source.Line(), err)
		}
		m.replace(n.out, floats(n.source.Name(), t))
		m.remove(n)
	}
	return nil
}

// evaluate runs one node on constants, as a reader would.
func evaluate(n *node) (*tensor.Tensor, error) {
	g := graph.New("constant")
	call := operator.Call{Operator: n.op, Attributes: n.attributes}
	for _, v := range n.in {
		if v.ints != nil {
			call.Inputs = append(call.Inputs, operator.Value{Ints: v.ints})
			continue
		}
		call.Inputs = append(call.Inputs, operator.Value{Node: g.Constant(v.data)})
	}
	y, err := operator.Apply(g, call)
	if err != nil {
		return nil, err
	}
	g.Output("y", y.Node)
	exe, err := g.Compile(graph.Options{})
	if err != nil {
		return nil, err
	}
	exe.Run(0)
	return exe.Output("y").Clone(), nil
}

// broadcasting names the operators that align their operands at the last axis.
var broadcasting = []string{"Add", "Sub", "Mul", "Div", "Max", "Min", "Greater", "GreaterOrEqual", "Equal", "Where"}

// fitConstants drops the leading axes of extent 1 of constants that are
// broadcast, down to one axis: OpenCV refuses 1×C×1×1 at a batch other than 1
// and takes C×1×1. Nodes of constants alone are gone by now, so the other
// operand gives the result its axes.
func fitConstants(m *model) error {
	fitted := map[*value]*value{}
	for _, n := range m.nodes {
		if !slices.Contains(broadcasting, n.op) {
			continue
		}
		for i, v := range n.in {
			if v.data == nil {
				continue
			}
			if fitted[v] == nil {
				fitted[v] = floats(v.name, tensor.Of(v.data.Data, trimmed(v.shape)...))
			}
			n.in[i] = fitted[v]
		}
	}
	return nil
}

// trimmed is the shape without its leading ones; a scalar gets one axis.
func trimmed(shape tensor.Shape) tensor.Shape {
	for len(shape) > 1 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) == 0 {
		return tensor.Shape{1}
	}
	return shape
}
