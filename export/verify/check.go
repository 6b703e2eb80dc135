package verify

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ganzoo/ganzoo/export/onnxfile"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/tensor"
)

// Versions of ONNX's operators whose forms package operator knows.
const (
	oldestOpset = 7
	newestOpset = 17
)

// check decodes a model with our own messages and refuses what the rest of this
// package or onnx-go would stumble over. After it, names are defined before they
// are used and once, sizes are bounded, and tensors hold what they declare.
func check(content []byte) (*pb.ModelProto, error) {
	if len(content) > maxFile {
		return nil, fmt.Errorf("the file has %d bytes; at most %d are read", len(content), maxFile)
	}
	left := onnxfile.Allowance(len(content), 1) - len(content)
	m, _, err := onnxfile.Decode(content, left/decoders)
	if err != nil {
		return nil, err
	}
	if m.GetGraph() == nil || len(m.GetGraph().GetNode()) == 0 {
		return nil, fmt.Errorf("it holds no graph")
	}
	if field := foreign(m.ProtoReflect()); field != "" {
		return nil, fmt.Errorf("it uses a part of ONNX that is not supported, in %s", field)
	}
	if err := checkOpset(m); err != nil {
		return nil, err
	}
	c := &checker{values: map[string]bool{}, constants: map[string]bool{}, mayDeclare: mayDeclare(len(content), m.GetGraph())}
	return m, c.graph(m.GetGraph())
}

// foreign names the first message with a field outside our trimmed proto:
// subgraphs, functions, sparse or external tensors. onnx-go would follow some of
// them to any depth.
func foreign(m protoreflect.Message) (where string) {
	if len(m.GetUnknown()) > 0 {
		return string(m.Descriptor().Name())
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				if where == "" {
					where = foreign(v.List().Get(i).Message())
				}
			}
		default:
			where = foreign(v.Message())
		}
		return where == ""
	})
	return where
}

func checkOpset(m *pb.ModelProto) error {
	found := false
	for _, o := range m.GetOpsetImport() {
		if !isONNX(o.GetDomain()) {
			continue // matters only when a node uses it, which checker.node refuses
		}
		if v := o.GetVersion(); found || v < oldestOpset || v > newestOpset {
			return fmt.Errorf("opset %d is not supported; want one of %d to %d", v, oldestOpset, newestOpset)
		}
		found = true
	}
	if !found {
		return fmt.Errorf("it names no opset")
	}
	return nil
}

func isONNX(domain string) bool { return domain == "" || domain == "ai.onnx" }

// checker walks a graph in order.
type checker struct {
	values     map[string]bool // names defined so far
	constants  map[string]bool // those of initialisers
	declared   int             // elements of all value infos so far
	mayDeclare int
}

func (c *checker) graph(g *pb.GraphProto) error {
	for _, t := range g.GetInitializer() {
		if t.GetName() == "" || c.constants[t.GetName()] {
			return fmt.Errorf("initialiser %q is unnamed or there twice", t.GetName())
		}
		if err := checkTensor(t); err != nil {
			return fmt.Errorf("initialiser %q: %w", t.GetName(), err)
		}
		c.constants[t.GetName()], c.values[t.GetName()] = true, true
	}
	declared := map[string]bool{}
	for _, in := range g.GetInput() {
		if in.GetName() == "" || declared[in.GetName()] {
			return fmt.Errorf("input %q is unnamed or there twice", in.GetName())
		}
		declared[in.GetName()], c.values[in.GetName()] = true, true
		if err := c.info(in, !c.constants[in.GetName()]); err != nil {
			return fmt.Errorf("input %q: %w", in.GetName(), err)
		}
	}
	for _, v := range g.GetValueInfo() {
		if err := c.info(v, false); err != nil {
			return fmt.Errorf("value %q: %w", v.GetName(), err)
		}
	}
	if len(g.GetNode()) > maxNodes {
		return fmt.Errorf("it has %d nodes; at most %d are read", len(g.GetNode()), maxNodes)
	}
	for i, n := range g.GetNode() {
		if err := c.node(n); err != nil {
			return fmt.Errorf("%s: %w", nodeLabel(n, i), err)
		}
	}
	if len(g.GetOutput()) == 0 {
		return fmt.Errorf("it has no output")
	}
	outputs := map[string]bool{}
	for _, out := range g.GetOutput() {
		if !c.values[out.GetName()] || outputs[out.GetName()] {
			return fmt.Errorf("output %q is computed by no node, or there twice", out.GetName())
		}
		outputs[out.GetName()] = true
		if err := c.info(out, true); err != nil {
			return fmt.Errorf("output %q: %w", out.GetName(), err)
		}
	}
	return nil
}

// nodeLabel says which node an error is about.
func nodeLabel(n *pb.NodeProto, i int) string {
	return fmt.Sprintf("node %d %q (%s)", i, n.GetName(), n.GetOpType())
}

// info checks a declared type and counts its elements, an open dimension as one.
// Inputs and outputs proper must be float32 of a known number of axes.
func (c *checker) info(v *pb.ValueInfoProto, proper bool) error {
	t := v.GetType().GetTensorType()
	if t == nil {
		if proper || v.GetType() != nil {
			return fmt.Errorf("it is declared as no tensor")
		}
		return nil
	}
	if proper && (t.GetElemType() != int32(pb.TensorProto_FLOAT) || t.GetShape() == nil) {
		return fmt.Errorf("it is not declared as float32 with a shape")
	}
	var shape tensor.Shape
	for _, d := range t.GetShape().GetDim() {
		if _, fixed := d.GetValue().(*pb.TensorShapeProto_Dimension_DimValue); fixed {
			if d.GetDimValue() < 1 || d.GetDimValue() > operator.MaxElements {
				return fmt.Errorf("it has an extent of %d", d.GetDimValue())
			}
			shape = append(shape, int(d.GetDimValue()))
			continue
		}
		shape = append(shape, 1)
	}
	if err := operator.CheckShape(shape); err != nil {
		return err
	}
	if c.declared += shape.Size(); c.declared > c.mayDeclare {
		return fmt.Errorf("inputs, outputs and declared values have more than %d elements", c.mayDeclare)
	}
	return nil
}

// node checks that operands come before and the one result is new: a cycle is a
// use before the definition.
func (c *checker) node(n *pb.NodeProto) error {
	if !isONNX(n.GetDomain()) {
		return fmt.Errorf("operators of domain %q are not supported", n.GetDomain())
	}
	if !operator.Known(n.GetOpType()) {
		return operator.ErrUnknown
	}
	for _, in := range n.GetInput() {
		if in != "" && !c.values[in] {
			return fmt.Errorf("its input %q is not defined before it", in)
		}
	}
	if source := n.GetOpType() == "Constant"; source != (len(n.GetInput()) == 0) {
		return fmt.Errorf("it has %d inputs", len(n.GetInput()))
	}
	if len(n.GetOutput()) != 1 {
		return fmt.Errorf("it has %d outputs; want 1", len(n.GetOutput()))
	}
	out := n.GetOutput()[0]
	if out == "" || c.values[out] {
		return fmt.Errorf("its output %q is unnamed or defined already", out)
	}
	c.values[out] = true
	var names []string
	for _, a := range n.GetAttribute() {
		if a.GetName() == "" || slices.Contains(names, a.GetName()) {
			return fmt.Errorf("attribute %q is unnamed or there twice", a.GetName())
		}
		names = append(names, a.GetName())
		if a.GetType() == pb.AttributeProto_TENSOR {
			if err := checkTensor(a.GetT()); err != nil {
				return fmt.Errorf("attribute %q: %w", a.GetName(), err)
			}
		}
	}
	return nil
}

// checkTensor wants float32 or int64 data, in one place, as long as the shape
// says: onnx-go reads other lengths, and panics on tensors without elements.
func checkTensor(t *pb.TensorProto) error {
	if t.GetDataLocation() != 0 || len(t.GetExternalData()) > 0 {
		return fmt.Errorf("its data lies outside the file")
	}
	width, typed := 0, 0
	switch pb.TensorProto_DataType(t.GetDataType()) {
	case pb.TensorProto_FLOAT:
		width, typed = 4, len(t.GetFloatData())
	case pb.TensorProto_INT64:
		width, typed = 8, len(t.GetInt64Data())
	default:
		return fmt.Errorf("data type %v is not supported", pb.TensorProto_DataType(t.GetDataType()))
	}
	var shape tensor.Shape
	for _, d := range t.GetDims() {
		if d < 1 || d > operator.MaxElements {
			return fmt.Errorf("it has an extent of %d", d)
		}
		shape = append(shape, int(d))
	}
	if err := operator.CheckShape(shape); err != nil {
		return err
	}
	size := shape.Size()
	if raw := len(t.GetRawData()); raw > 0 && (raw != size*width || typed > 0) || raw == 0 && typed != size {
		return fmt.Errorf("its data does not fill the shape %v", shape)
	}
	return nil
}
