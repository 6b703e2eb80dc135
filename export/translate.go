package export

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// ONNX's numbers of the types that Cast names.
const (
	typeFloat int64 = 1
	typeBool  int64 = 9
)

// translator turns the nodes of a graph into those of a model, operands first,
// beginning at the outputs: what they do not need is left out.
type translator struct {
	model  *model
	values map[*graph.Node]*value
}

// translate gives the model of a graph as written; the passes come after it.
func translate(g *graph.Graph) (*model, error) {
	t := &translator{model: &model{title: g.Name()}, values: map[*graph.Node]*value{}}
	names, nodes := g.Outputs()
	if len(names) == 0 {
		return nil, fault.New(fault.Internal, "the graph to export has no output", g.Name(), "")
	}
	for i, n := range nodes {
		v, err := t.value(n)
		if err != nil {
			return nil, err
		}
		if !v.batch {
			return nil, unsuited(n, "output %s does not depend on an input", names[i])
		}
		t.model.outputs = append(t.model.outputs, output{names[i], v})
	}
	return t.model, nil
}

// value returns the value of a node, which it translates when first asked.
func (t *translator) value(n *graph.Node) (*value, error) {
	if v := t.values[n]; v != nil {
		return v, nil
	}
	in := make([]*value, len(n.Operands()))
	for i, x := range n.Operands() {
		v, err := t.value(x)
		if err != nil {
			return nil, err
		}
		in[i] = v
	}
	v, err := t.translate(n, in)
	if err != nil {
		return nil, err
	}
	t.values[n] = v
	return v, nil
}

func (t *translator) translate(n *graph.Node, in []*value) (*value, error) {
	switch n.Op() {
	case graph.OpInput:
		if s := n.Shape(); len(s) == 0 || s[0] != 1 {
			return nil, unsuited(n, "input %s is not built at batch 1", n.Name())
		}
		v := &value{name: n.Name(), shape: n.Shape(), batch: true}
		t.model.inputs = append(t.model.inputs, v)
		return v, nil
	case graph.OpConstant, graph.OpVariable:
		return floats(n.Name(), n.Value()), nil
	}
	write, ok := forms[n.Op()]
	if !ok {
		return nil, unsuited(n, "%v has no ONNX form", n.Op())
	}
	batch, reason := batched(n, in)
	if reason != "" {
		return nil, unsuited(n, "%s", reason)
	}
	return write(&site{t.model, n, batch}, in), nil
}

// unsuited is the error for a node that has no ONNX form.
func unsuited(n *graph.Node, format string, args ...any) error {
	return fault.New(fault.Internal, "the network cannot be exported: "+fmt.Sprintf(format, args...),
		fmt.Sprintf("%v, made at %s", n, n.Line()), "build it from other operations")
}

// site is the place in the model where a node of the graph is written.
type site struct {
	model *model
	node  *graph.Node
	batch bool
}

// add appends an operator with a result of the shape.
func (s *site) add(op string, attributes map[string]any, shape tensor.Shape, in ...*value) *value {
	n := result(&node{op: op, attributes: attributes, in: in, source: s.node}, shape, s.batch)
	s.model.nodes = append(s.model.nodes, n)
	return n.out
}

// open is a shape as Reshape's operand: the batch, if any, is what is left.
func (s *site) open(shape tensor.Shape) *value {
	list := int64s(shape...)
	if s.batch {
		list[0] = -1
	}
	return integers(list...)
}

func int64s(list ...int) []int64 {
	out := make([]int64, len(list))
	for i, v := range list {
		out[i] = int64(v)
	}
	return out
}
