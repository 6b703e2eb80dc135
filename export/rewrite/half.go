package rewrite

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// maxHalf is the largest float16.
const maxHalf = 65504

// Half makes weights and computation float16. Inputs and outputs stay float32:
// callers need not change.
func (m *Model) Half() error {
	g := m.file.Graph
	for _, t := range g.Initializer {
		values := Floats(t)
		if values == nil {
			continue
		}
		raw := make([]byte, 0, 2*len(values))
		for _, v := range values {
			if !(math.Abs(float64(v)) <= maxHalf) {
				return unsuited("%s has the value %v, beyond what float16 holds", "--fp16", "leave it out", t.GetName(), v)
			}
			raw = binary.LittleEndian.AppendUint16(raw, uint16(onnxrun.HalfOf(float64(v))))
		}
		t.DataType, t.RawData, t.FloatData = int32(pb.TensorProto_FLOAT16), raw, nil
	}
	for _, n := range g.Node {
		for _, a := range n.Attribute {
			if n.GetOpType() == "Cast" && a.GetName() == "to" && a.GetI() == int64(pb.TensorProto_FLOAT) {
				n.Attribute = []*pb.AttributeProto{castTo(pb.TensorProto_FLOAT16)}
				break
			}
		}
	}
	for _, in := range g.Input {
		if tensorType(in).GetElemType() == int32(pb.TensorProto_FLOAT) && m.initializer(in.GetName()) == nil {
			half := m.name(in.GetName() + ".half")
			m.after(in.GetName(), m.operate("Cast", half, []*pb.AttributeProto{castTo(pb.TensorProto_FLOAT16)}, in.GetName()))
		}
	}
	for _, out := range g.Output {
		if tensorType(out).GetElemType() == int32(pb.TensorProto_FLOAT) {
			half := m.before(out.GetName(), out.GetName()+".half")
			m.append(m.operate("Cast", out.GetName(), []*pb.AttributeProto{castTo(pb.TensorProto_FLOAT)}, half))
		}
	}
	m.SetMetadata("ganzoo.precision", "float16")
	return nil
}

func castTo(kind pb.TensorProto_DataType) *pb.AttributeProto { return integer("to", int64(kind)) }

// Widened returns a copy of the model with its float16 as float32; see Widen.
func (m *Model) Widened() *Model {
	wide := &Model{file: proto.Clone(m.file).(*pb.ModelProto), taken: maps.Clone(m.taken)}
	wide.Widen()
	return wide
}

// Widen makes float32 of all float16, inputs and outputs too, weights by the values
// that float16 gave them: what a runtime computes that widens first, as those for
// CPUs do. It takes anybody's models, with their weights in the file.
func (m *Model) Widen() {
	g := m.file.GetGraph()
	for _, t := range g.GetInitializer() {
		widenTensor(t)
	}
	for _, v := range slices.Concat(g.GetInput(), g.GetOutput(), g.GetValueInfo()) {
		if t := tensorType(v); t.GetElemType() == int32(pb.TensorProto_FLOAT16) {
			t.ElemType = int32(pb.TensorProto_FLOAT)
		}
	}
	for _, n := range g.GetNode() {
		for _, a := range n.GetAttribute() {
			widenTensor(a.GetT())
			if typeAttributes[n.GetOpType()] == a.GetName() && a.GetI() == int64(pb.TensorProto_FLOAT16) {
				*a.I = int64(pb.TensorProto_FLOAT)
			}
		}
	}
}

// typeAttributes are those that name the type of an operator's result.
var typeAttributes = map[string]string{
	"Cast": "to", "EyeLike": "dtype", "RandomNormal": "dtype", "RandomNormalLike": "dtype",
	"RandomUniform": "dtype", "RandomUniformLike": "dtype",
}

// widenTensor widens a tensor of float16, which has its bits as bytes or in 32-bit
// integers.
func widenTensor(t *pb.TensorProto) {
	if t.GetDataType() != int32(pb.TensorProto_FLOAT16) {
		return
	}
	raw := make([]byte, 0, 2*len(t.RawData)+4*len(t.Int32Data))
	widen := func(bits uint16) {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(onnxrun.Half(bits).Float())))
	}
	for i := 0; i+1 < len(t.RawData); i += 2 {
		widen(binary.LittleEndian.Uint16(t.RawData[i:]))
	}
	for _, v := range t.Int32Data {
		widen(uint16(v))
	}
	t.DataType, t.RawData, t.Int32Data = int32(pb.TensorProto_FLOAT), raw, nil
}
