package verify

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export/onnxfile"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Port is an input or output of a model.
type Port struct {
	Name string
	Dims []Dim
}

// Dim is an extent: fixed, or open and named.
type Dim struct {
	Size   int    // 0 when open
	Symbol string // of an open one: "N"
}

// Model is an ONNX model ready to run.
type Model struct {
	inputs, outputs []Port
	operations      []operation
	labels          []string       // of the operations, for errors
	constants       map[string]any // *tensor.Tensor or []int64
	metadata        map[string]string
	file            int // bytes
}

// Load reads an ONNX model. Whatever is wrong with it, or beyond this reader, is
// a *fault.Error of kind Verify that names the node.
func Load(content []byte) (*Model, error) {
	m, err := load(content)
	if err != nil {
		return nil, fault.Wrap(fault.Verify, err, "the ONNX model cannot be read", "", onnxfile.Mend(err))
	}
	return m, nil
}

func load(content []byte) (*Model, error) {
	file, err := check(content)
	if err != nil {
		return nil, err
	}
	size, large := len(content), setAside(file.GetGraph())
	if len(large) > 0 {
		if content, err = proto.Marshal(file); err != nil {
			return nil, err
		}
	}
	// Our copy of the other weights has been checked and is not needed beside onnx-go's.
	for _, t := range file.GetGraph().GetInitializer() {
		t.RawData, t.FloatData, t.Int64Data = nil, nil, nil
	}
	r, err := decode(content)
	if err != nil {
		return nil, err
	}
	if len(r.operations) != len(file.GetGraph().GetNode()) {
		return nil, fmt.Errorf("onnx-go found %d of its %d nodes", len(r.operations), len(file.GetGraph().GetNode()))
	}
	weights, err := decodeWeights(large)
	if err != nil {
		return nil, err
	}
	m := &Model{operations: r.operations, constants: map[string]any{}, metadata: map[string]string{}, file: size}
	for i, n := range file.GetGraph().GetNode() {
		m.labels = append(m.labels, nodeLabel(n, i))
	}
	for _, p := range file.GetMetadataProps() {
		m.metadata[p.GetKey()] = p.GetValue()
	}
	for _, t := range file.GetGraph().GetInitializer() {
		if w := weights[t.GetName()]; w != nil {
			m.constants[t.GetName()] = w
			continue
		}
		decoded := r.tensors[t.GetName()]
		if decoded == nil {
			return nil, fmt.Errorf("onnx-go lost initialiser %q", t.GetName())
		}
		if m.constants[t.GetName()], err = toValue(decoded); err != nil {
			return nil, fmt.Errorf("initialiser %q: %w", t.GetName(), err)
		}
	}
	m.takePorts(file.GetGraph())
	// A first build at extent 1 finds operators misused, and shapes that do not
	// fit whatever the batch.
	if _, err := m.build(m.smallest()); err != nil {
		return nil, err
	}
	return m, nil
}

// takePorts reads inputs and outputs from the file: onnx-go leaves open
// dimensions out of their shapes.
func (m *Model) takePorts(g *pb.GraphProto) {
	for _, in := range g.GetInput() {
		if m.constants[in.GetName()] == nil {
			m.inputs = append(m.inputs, port(in))
		}
	}
	for _, out := range g.GetOutput() {
		m.outputs = append(m.outputs, port(out))
	}
}

func port(v *pb.ValueInfoProto) Port {
	p := Port{Name: v.GetName()}
	for _, d := range v.GetType().GetTensorType().GetShape().GetDim() {
		p.Dims = append(p.Dims, Dim{int(d.GetDimValue()), d.GetDimParam()})
	}
	return p
}

// smallest gives every input its shape with open extents of 1.
func (m *Model) smallest() map[string]tensor.Shape {
	shapes := map[string]tensor.Shape{}
	for _, p := range m.inputs {
		shape := tensor.Shape{}
		for _, d := range p.Dims {
			shape = append(shape, max(d.Size, 1))
		}
		shapes[p.Name] = shape
	}
	return shapes
}

// Inputs lists what Run wants, without initialisers.
func (m *Model) Inputs() []Port { return m.inputs }

// Outputs lists what Run gives.
func (m *Model) Outputs() []Port { return m.outputs }

// Metadata returns the model's metadata_props.
func (m *Model) Metadata() map[string]string { return m.metadata }

// Run computes the outputs for inputs of any batch that the declared shapes
// allow. Inputs that do not fit are a *fault.Error of kind Usage.
func (m *Model) Run(inputs map[string]*tensor.Tensor) (map[string]*tensor.Tensor, error) {
	shapes, err := m.fit(inputs)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err, "the inputs do not fit the ONNX model", "", "")
	}
	results, err := m.run(shapes, inputs)
	if err != nil {
		return nil, fault.Wrap(fault.Verify, err, "the ONNX model cannot be run", "", "")
	}
	return results, nil
}

// fit checks the inputs against the declared ones; an open dimension has one
// extent wherever its name appears.
func (m *Model) fit(inputs map[string]*tensor.Tensor) (map[string]tensor.Shape, error) {
	symbols := map[string]int{}
	shapes := map[string]tensor.Shape{}
	for _, p := range m.inputs {
		t := inputs[p.Name]
		if t == nil {
			return nil, fmt.Errorf("there is no input %q", p.Name)
		}
		if err := operator.CheckShape(t.Shape); err != nil {
			return nil, fmt.Errorf("input %q: %w", p.Name, err)
		}
		if len(t.Data) != t.Shape.Size() {
			return nil, fmt.Errorf("input %q: %d values do not fill %v", p.Name, len(t.Data), t.Shape)
		}
		if len(t.Shape) != len(p.Dims) {
			return nil, fmt.Errorf("input %q has shape %v; want %d axes", p.Name, t.Shape, len(p.Dims))
		}
		for i, d := range p.Dims {
			want := d.Size
			if want == 0 && d.Symbol != "" {
				if symbols[d.Symbol] == 0 {
					symbols[d.Symbol] = t.Shape[i]
				}
				want = symbols[d.Symbol]
			}
			if want != 0 && t.Shape[i] != want {
				return nil, fmt.Errorf("input %q has shape %v; want %d on axis %d", p.Name, t.Shape, want, i)
			}
		}
		shapes[p.Name] = t.Shape
	}
	if len(inputs) > len(m.inputs) {
		return nil, fmt.Errorf("%d inputs are given; the model has %d", len(inputs), len(m.inputs))
	}
	return shapes, nil
}
