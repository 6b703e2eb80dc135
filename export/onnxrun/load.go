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
