package rewrite

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// Range is how far a value reached on the examples it was watched on.
type Range struct{ Low, High float32 }

// Watched returns a copy of the model whose only outputs are the activations that
// Quantize wants ranges of, and their names. The shapes of these outputs are
// left undeclared.
func (m *Model) Watched() (content []byte, names []string, err error) {
	watched := proto.Clone(m.file).(*pb.ModelProto)
	watched.Graph.Output = nil
	seen := map[string]bool{}
	for _, n := range m.quantizable() {
		if name := n.Input[0]; !seen[name] {
			seen[name] = true
			names = append(names, name)
			watched.Graph.Output = append(watched.Graph.Output, &pb.ValueInfoProto{Name: name, Type: &pb.TypeProto{
				Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{ElemType: int32(pb.TensorProto_FLOAT)}},
			}})
		}
	}
	content, err = proto.MarshalOptions{Deterministic: true}.Marshal(watched)
	return content, names, err
}

// quantizable lists the contractions that consumers have integer kernels for:
// Gemm and Conv. For ConvTranspose none has, so there the weight alone is int8.
func (m *Model) quantizable() []*pb.NodeProto {
	var list []*pb.NodeProto
	for _, n := range m.contractions() {
		if w, _ := m.weight(n); n.GetOpType() != "ConvTranspose" && size(w) >= minQuantized {
			list = append(list, n)
		}
	}
	return list
}

// Quantize is QuantizeWeights, with the activations that enter Gemm and Conv
// rounded to uint8 by their ranges as well,
//
//	x ≈ scale·(q − zero)   scale = (high − low)/255   zero = round(−low/scale)
//
// as QuantizeLinear and DequantizeLinear in a row, and biases to int32 of the
// scales' product: the form from which a runtime takes its integer kernels. The ranges
// are those of Watched's outputs, by their names. A model without such nodes is a fault
// of kind Usage.
func (m *Model) Quantize(ranges map[string]Range) error {
	rounded := map[string]activation{}
	quantizable := m.quantizable()
	if len(quantizable) == 0 {
		return unsuited("the network has no Gemm or Conv whose activations could be int8", "--int8 qdq", "use --int8 for the weights alone")
	}
	for _, n := range quantizable {
		x := n.Input[0]
		a, ok := rounded[x]
		if !ok {
			a = m.round(n, x, ranges[x])
			rounded[x] = a
		}
		w, axis := m.weight(n)
		scales := m.quantize(n, w, axis)
		n.Input[0] = a.name
		if len(n.Input) > 2 {
			m.quantizeBias(n, a.scale, scales)
		}
	}
	m.quantizeWeights() // of ConvTranspose
	m.SetMetadata("ganzoo.precision", "int8 weights and activations")
	return nil
}

// activation is a value after its rounding.
type activation struct {
	name  string
	scale float32
}

// round puts QuantizeLinear and DequantizeLinear between x and node n.
func (m *Model) round(n *pb.NodeProto, x string, r Range) activation {
	low, high := min(r.Low, 0), max(r.High, 0) // zero must have a number of its own
	scale := (high - low) / 255
	if scale == 0 {
		scale = 1
	}
	zero := byte(max(0, min(255, math.RoundToEven(float64(-low)/float64(scale)))))
	s := m.add(x+".scale", pb.TensorProto_FLOAT, binary.LittleEndian.AppendUint32(nil, math.Float32bits(scale)))
	z := m.add(x+".zero", pb.TensorProto_UINT8, []byte{zero})
	q, wide := m.name(x+".uint8"), m.name(x+".rounded")
	m.insert(n, m.operate("QuantizeLinear", q, nil, x, s, z), m.operate("DequantizeLinear", wide, nil, q, s, z))
	return activation{wide, scale}
}

// quantizeBias makes the bias int32, in units of the product of both scales.
func (m *Model) quantizeBias(n *pb.NodeProto, x float32, w []float32) {
	bias := m.initializer(n.Input[2])
	values := Floats(bias)
	if len(values) != len(w) {
		return // broadcast, or no constant: it stays float32
	}
	scales := make([]float32, len(w))
	var raw []byte
	for i, v := range values {
		scales[i] = x * w[i]
		q := math.RoundToEven(float64(v) / float64(scales[i]))
		raw = binary.LittleEndian.AppendUint32(raw, uint32(int32(max(math.MinInt32, min(math.MaxInt32, q)))))
	}
	name := bias.GetName()
	q := m.add(name+".int32", pb.TensorProto_INT32, raw, int64(len(values)))
	s := m.addFloats(name+".scale", scales)
	z := m.add(name+".zero", pb.TensorProto_INT32, make([]byte, 4*len(values)), int64(len(values)))
	wide := m.name(name + ".wide")
	m.insert(n, m.operate("DequantizeLinear", wide, []*pb.AttributeProto{integer("axis", 0)}, q, s, z))
	n.Input[2] = wide
	m.dropUnread(name)
}
