package onnxrun

import (
	"fmt"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// node checks names and attributes and looks the operator up. Nodes that the
// outputs do not depend on may be of any operator.
func (l *loader) node(i int, n *pb.NodeProto) error {
	made := &node{
		index: i, name: n.GetName(), operator: n.GetOpType(), opset: l.Opset,
		inputs: n.GetInput(), outputs: n.GetOutput(), attributes: map[string]any{},
	}
	for k, in := range n.GetInput() {
		if in != "" && !l.defined[in] {
			return fmt.Errorf("its input[%d] %q is not defined before it", k, in)
		}
	}
	if len(n.GetOutput()) == 0 {
		return fmt.Errorf("it has no output")
	}
	for k, out := range n.GetOutput() {
		if out == "" {
			continue
		}
		if l.defined[out] {
			return fmt.Errorf("its output[%d] %q is defined already", k, out)
		}
		l.defined[out] = true
	}
	for k, a := range n.GetAttribute() {
		name := a.GetName()
		if _, twice := made.attributes[name]; name == "" || twice {
			return fmt.Errorf("attribute[%d] %q is unnamed or there twice", k, name)
		}
		v, err := l.attribute(a)
		if err != nil {
			return fmt.Errorf("attribute %s: %w", name, err)
		}
		made.attributes[name] = v
	}
	if isONNX(n.GetDomain()) {
		if o, ok := operators[n.GetOpType()]; ok && l.Opset >= o.since {
			made.build = o.build
		}
	} else {
		made.operator = n.GetDomain() + "." + made.operator
	}
	l.nodes = append(l.nodes, made)
	return nil
}

// attribute returns int64, float32, string, []int64, []float32, []string or
// *Array.
func (l *loader) attribute(a *pb.AttributeProto) (any, error) {
	switch a.GetType() {
	case pb.AttributeProto_INT:
		return a.GetI(), nil
	case pb.AttributeProto_FLOAT:
		return a.GetF(), nil
	case pb.AttributeProto_STRING:
		return string(a.GetS()), nil
	case pb.AttributeProto_INTS:
		return a.GetInts(), nil
	case pb.AttributeProto_FLOATS:
		return a.GetFloats(), nil
	case pb.AttributeProto_STRINGS:
		list := []string{}
		for _, s := range a.GetStrings() {
			list = append(list, string(s))
		}
		return list, nil
	case pb.AttributeProto_TENSOR:
		if a.GetT() == nil {
			return nil, fmt.Errorf("its tensor is missing")
		}
		return l.tensor(a.GetT())
	}
	return nil, fmt.Errorf("its type %v is not supported", a.GetType())
}

// markNeeded finds what the outputs depend on, and when each value is read last.
func (l *loader) markNeeded() {
	l.lastUse = map[string]int{}
	for _, p := range l.outputs {
		l.lastUse[p.Name] = len(l.nodes)
	}
	for i := len(l.nodes) - 1; i >= 0; i-- {
		n := l.nodes[i]
		for _, out := range n.outputs {
			if _, read := l.lastUse[out]; read && out != "" {
				n.needed = true
			}
		}
		if !n.needed {
			continue
		}
		for _, in := range n.inputs {
			if _, read := l.lastUse[in]; !read && in != "" {
				l.lastUse[in] = i
			}
		}
	}
}

// operatorError reports an operator that cannot be run.
type operatorError struct {
	since int // the first opset that it could be run in; 0: none
}

func (e *operatorError) Error() string {
	if e.since > 0 {
		return fmt.Sprintf("the operator is supported from opset %d on", e.since)
	}
	return "the operator is not supported"
}

// unsupported says why an operator cannot be run.
func unsupported(n *node) error {
	return &operatorError{since: operators[n.operator].since}
}
