package onnxrun

import (
	"errors"
	"fmt"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// Opsets whose forms of the operators are known.
const (
	oldestOpset = 1
	newestOpset = 17
)

// loader makes a Model of a decoded file and checks what does not depend on
// shapes.
type loader struct {
	*Model
	external *external
	defined  map[string]bool // values so far
}

// errExternal marks data in another file that may not be read.
type errExternal struct{ error }

func errorIsExternal(err error) bool { return errors.As(err, &errExternal{}) }

func (l *loader) load(file *pb.ModelProto) error {
	g := file.GetGraph()
	if g == nil {
		return fmt.Errorf("it holds no graph")
	}
	if err := l.header(file); err != nil {
		return err
	}
	l.defined = map[string]bool{}
	if err := l.initializers(g); err != nil {
		return err
	}
	if err := l.takeInputs(g); err != nil {
		return err
	}
	if n := len(g.GetNode()); n > maxNodes {
		return fmt.Errorf("graph.node has %d entries; at most %d are read", n, maxNodes)
	}
	for i, n := range g.GetNode() {
		if err := l.node(i, n); err != nil {
			return fmt.Errorf("%s: %w", (&node{index: i, name: n.GetName(), operator: n.GetOpType(), opset: l.Opset}).label(), err)
		}
	}
	if err := l.takeOutputs(g); err != nil {
		return err
	}
	l.markNeeded()
	for _, n := range l.nodes {
		if n.needed && n.build == nil {
			return fmt.Errorf("%s: %w", n.label(), unsupported(n))
		}
	}
	return nil
}

func (l *loader) header(file *pb.ModelProto) error {
	l.Header = Header{
		IRVersion: file.GetIrVersion(), ModelVersion: file.GetModelVersion(),
		Producer: file.GetProducerName(), ProducerVersion: file.GetProducerVersion(),
		Domain: file.GetDomain(), Doc: file.GetDocString(), Name: file.GetGraph().GetName(),
		Metadata: map[string]string{},
	}
	for _, p := range file.GetMetadataProps() {
		l.Metadata[p.GetKey()] = p.GetValue()
	}
	for _, o := range file.GetOpsetImport() {
		if !isONNX(o.GetDomain()) {
			continue // matters only when a node uses it
		}
		v := o.GetVersion()
		if l.Opset != 0 {
			return fmt.Errorf("opset_import names ONNX's operators twice")
		}
		if v < oldestOpset || v > newestOpset {
			return fmt.Errorf("opset_import: opset %d is not supported; want one of %d to %d", v, oldestOpset, newestOpset)
		}
		l.Opset = int(v)
	}
	if l.Opset == 0 {
		if len(file.GetOpsetImport()) > 0 {
			l.Opset = newestOpset // nodes of other domains are all it can have, and are refused one by one
			return nil
		}
		return fmt.Errorf("opset_import is missing")
	}
	return nil
}

func isONNX(domain string) bool { return domain == "" || domain == "ai.onnx" }

func (l *loader) initializers(g *pb.GraphProto) error {
	for i, t := range g.GetInitializer() {
		name := t.GetName()
		if name == "" || l.defined[name] {
			return fmt.Errorf("graph.initializer[%d] %q is unnamed or there twice", i, name)
		}
		a, err := l.tensor(t)
		if err != nil {
			return fmt.Errorf("graph.initializer[%d] %q: %w", i, name, err)
		}
		// The message's own copy is not needed any more.
		t.RawData, t.FloatData, t.Int32Data, t.Int64Data, t.DoubleData, t.Uint64Data = nil, nil, nil, nil, nil, nil
		l.constants[name], l.defined[name] = a, true
		l.parameters += a.size()
		l.held += a.bytes()
	}
	return nil
}

func (l *loader) tensor(t *pb.TensorProto) (*Array, error) {
	external, err := l.external.read(t)
	if err != nil {
		if l.external.dir == "" && t.GetDataLocation() == 1 {
			err = errExternal{err}
		}
		return nil, err
	}
	return decodeTensor(t, external)
}

func (l *loader) takeInputs(g *pb.GraphProto) error {
	seen := map[string]bool{}
	for i, in := range g.GetInput() {
		name := in.GetName()
		if name == "" || seen[name] {
			return fmt.Errorf("graph.input[%d] %q is unnamed or there twice", i, name)
		}
		seen[name] = true
		p, err := port(in)
		if err != nil {
			return fmt.Errorf("graph.input[%d] %q: %w", i, name, err)
		}
		if l.constants[name] == nil { // else a default, which is used
			l.inputs = append(l.inputs, p)
		}
		l.defined[name] = true
	}
	return nil
}

func (l *loader) takeOutputs(g *pb.GraphProto) error {
	if len(g.GetOutput()) == 0 {
		return fmt.Errorf("graph.output is empty")
	}
	seen := map[string]bool{}
	for i, out := range g.GetOutput() {
		name := out.GetName()
		if !l.defined[name] || seen[name] {
			return fmt.Errorf("graph.output[%d] %q is computed by no node, or there twice", i, name)
		}
		seen[name] = true
		p, err := port(out)
		if err != nil {
			return fmt.Errorf("graph.output[%d] %q: %w", i, name, err)
		}
		l.outputs = append(l.outputs, p)
	}
	return nil
}

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
