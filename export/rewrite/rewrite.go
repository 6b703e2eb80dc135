// Package rewrite changes finished ONNX models: what a user wants different in
// the file, and what no plugin needs to know of, so that it works for every
// plugin's export.
//
//   - batch.go: a fixed batch;
//   - truncation.go: latents drawn towards their mean;
//   - pixels.go: images as bytes;
//   - half.go: float16 inside, float32 at the edges;
//   - int8.go: weights as int8; calibrate.go: activations too, by their ranges.
//
// They are for models of package export's forms: float32, one result a node,
// constants as initialisers. Where one does not apply, it says why. Pixels come
// after the others: they take the image for float32.
package rewrite

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Model is an ONNX model under revision.
type Model struct {
	file  *pb.ModelProto
	taken map[string]bool // names of values and nodes
}

// Parse reads a model. What package verify or onnxrun would refuse is not found
// here: let one of them read it first.
func Parse(content []byte) (*Model, error) {
	m := &Model{file: &pb.ModelProto{}, taken: map[string]bool{}}
	if err := proto.Unmarshal(content, m.file); err != nil {
		return nil, fault.Wrap(fault.Data, err, "the ONNX model cannot be read", "", "")
	}
	g := m.file.GetGraph()
	for _, t := range g.GetInitializer() {
		m.taken[t.GetName()] = true
	}
	for _, v := range slices.Concat(g.GetInput(), g.GetOutput()) {
		m.taken[v.GetName()] = true
	}
	for _, n := range g.GetNode() {
		m.taken[n.GetName()] = true
		for _, name := range n.GetOutput() {
			m.taken[name] = true
		}
	}
	return m, nil
}

// Bytes writes the model; the same model gives the same bytes.
func (m *Model) Bytes() ([]byte, error) {
	return proto.MarshalOptions{Deterministic: true}.Marshal(m.file)
}

// Metadata returns a metadata property, or "".
func (m *Model) Metadata(key string) string { return m.properties()[key] }

// properties are the metadata; of a key that is there twice the last counts, as
// for package onnxrun.
func (m *Model) properties() map[string]string {
	values := map[string]string{}
	for _, p := range m.file.GetMetadataProps() {
		values[p.GetKey()] = p.GetValue()
	}
	return values
}

// SetMetadata adds or changes a metadata property. Afterwards each key is there
// once and they are sorted, also where another writer has kept neither.
func (m *Model) SetMetadata(key, value string) {
	values := m.properties()
	values[key] = value
	m.file.MetadataProps = nil
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m.file.MetadataProps = append(m.file.MetadataProps, &pb.StringStringEntryProto{Key: key, Value: values[key]})
	}
}

func unsuited(what, where, mend string, args ...any) error {
	return fault.New(fault.Usage, fmt.Sprintf(what, args...), where, mend)
}

// name makes a new name from a proposal.
func (m *Model) name(proposal string) string {
	free := proposal
	for i := 2; m.taken[free]; i++ {
		free = fmt.Sprintf("%s_%d", proposal, i)
	}
	m.taken[free] = true
	return free
}

func (m *Model) initializer(name string) *pb.TensorProto {
	for _, t := range m.file.GetGraph().GetInitializer() {
		if t.GetName() == name {
			return t
		}
	}
	return nil
}

// add makes an initialiser and returns its name.
func (m *Model) add(proposal string, kind pb.TensorProto_DataType, raw []byte, dims ...int64) string {
	t := &pb.TensorProto{Name: m.name(proposal), DataType: int32(kind), Dims: dims, RawData: raw}
	m.file.Graph.Initializer = append(m.file.Graph.Initializer, t)
	return t.Name
}

// addFloat makes an initialiser of one float32, with one axis: OpenCV takes no
// scalars.
func (m *Model) addFloat(proposal string, v float32) string {
	return m.add(proposal, pb.TensorProto_FLOAT, binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)), 1)
}

// operate makes a node named after its result.
func (m *Model) operate(op, result string, attributes []*pb.AttributeProto, in ...string) *pb.NodeProto {
	return &pb.NodeProto{Name: m.name(result + "." + op), OpType: op, Input: in, Output: []string{result}, Attribute: attributes}
}

func integer(name string, v int64) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_INT, I: &v}
}

func integers(name string, list ...int64) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_INTS, Ints: list}
}

// after puts nodes between a model's input and all that reads it. The last one's
// result stands in for the input.
func (m *Model) after(input string, nodes ...*pb.NodeProto) {
	last := nodes[len(nodes)-1].Output[0]
	for _, n := range m.file.Graph.Node {
		for i, name := range n.Input {
			if name == input {
				n.Input[i] = last
			}
		}
	}
	m.file.Graph.Node = append(nodes, m.file.Graph.Node...)
}

// before frees the name of an output for nodes to come, and returns the new
// name of what had it.
func (m *Model) before(output, proposal string) string {
	renamed := m.name(proposal)
	for _, n := range m.file.Graph.Node {
		for _, list := range [][]string{n.Input, n.Output} {
			for i, name := range list {
				if name == output {
					list[i] = renamed
				}
			}
		}
	}
	return renamed
}

func (m *Model) append(nodes ...*pb.NodeProto) {
	m.file.Graph.Node = append(m.file.Graph.Node, nodes...)
}

func tensorType(v *pb.ValueInfoProto) *pb.TypeProto_Tensor { return v.GetType().GetTensorType() }

// size is the number of elements that an initialiser declares.
func size(t *pb.TensorProto) int {
	n := 1
	for _, d := range t.GetDims() {
		n *= int(d)
	}
	return n
}

// Floats reads a float32 initialiser with its data inside the file; nil for any
// other.
func Floats(t *pb.TensorProto) []float32 {
	if t == nil || t.GetDataType() != int32(pb.TensorProto_FLOAT) {
		return nil
	}
	if t.GetRawData() == nil {
		return t.GetFloatData()
	}
	out := make([]float32, len(t.GetRawData())/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.GetRawData()[4*i:]))
	}
	return out
}
