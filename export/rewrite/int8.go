package rewrite

import (
	"encoding/binary"
	"math"
	"slices"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// minQuantized is the fewest numbers worth a scale and a node of their own.
const minQuantized = 256

// QuantizeWeights stores the weights of Gemm, Conv and ConvTranspose as int8 with
// one scale for each output feature,
//
//	w ≈ scale·q   scale = max|w|/127   q = round(w/scale)
//
// and a DequantizeLinear before the computation, which stays float32: a quarter
// of the size, and no other speed. A model without weights worth it is a fault of kind
// Usage.
func (m *Model) QuantizeWeights() error {
	if m.quantizeWeights() == 0 {
		return unsuited("the network has no weights that int8 would make smaller", "--int8", "leave it out")
	}
	m.SetMetadata("ganzoo.precision", "int8 weights")
	return nil
}

// quantizeWeights returns how many weights it found.
func (m *Model) quantizeWeights() int {
	count := 0
	for _, n := range m.contractions() {
		if w, axis := m.weight(n); size(w) >= minQuantized {
			m.quantize(n, w, axis)
			count++
		}
	}
	return count
}

// contractions lists the nodes with constant float32 weights as their second
// input. Weights that do not fill their shape are left to whoever runs the model.
func (m *Model) contractions() []*pb.NodeProto {
	var list []*pb.NodeProto
	for _, n := range m.file.Graph.Node {
		switch n.GetOpType() {
		case "Gemm", "Conv", "ConvTranspose":
			if w, axis := m.weight(n); len(w.GetDims()) > axis && len(Floats(w)) > 0 && len(Floats(w)) == size(w) {
				list = append(list, n)
			}
		}
	}
	return list
}

// weight returns a contraction's weight and the axis of its output features.
func (m *Model) weight(n *pb.NodeProto) (w *pb.TensorProto, axis int) {
	if len(n.GetInput()) < 2 {
		return nil, 0
	}
	w = m.initializer(n.Input[1])
	if n.GetOpType() == "ConvTranspose" || n.GetOpType() == "Gemm" && attributeInt(n, "transB") == 0 {
		axis = 1
	}
	return w, axis
}

func attributeInt(n *pb.NodeProto, name string) int64 {
	for _, a := range n.GetAttribute() {
		if a.GetName() == name {
			return a.GetI()
		}
	}
	return 0
}

// quantize puts int8 in the place of the weight w, which n alone reads from now
// on through a DequantizeLinear. It returns the scales.
func (m *Model) quantize(n *pb.NodeProto, w *pb.TensorProto, axis int) []float32 {
	values := Floats(w)
	features := int(w.Dims[axis])
	stride := 1 // of the axis
	for _, d := range w.Dims[axis+1:] {
		stride *= int(d)
	}
	scales := make([]float32, features)
	for i, v := range values {
		f := i / stride % features
		scales[f] = max(scales[f], float32(math.Abs(float64(v)))/127)
	}
	for f := range scales {
		if scales[f] == 0 {
			scales[f] = 1
		}
	}
	raw := make([]byte, len(values))
	for i, v := range values {
		q := math.RoundToEven(float64(v) / float64(scales[i/stride%features]))
		raw[i] = byte(int8(max(-127, min(127, q))))
	}
	name := w.GetName()
	q := m.add(name+".int8", pb.TensorProto_INT8, raw, w.Dims...)
	scale := m.addFloats(name+".scale", scales)
	zero := m.add(name+".zero", pb.TensorProto_INT8, make([]byte, features), int64(features))
	wide := m.name(name + ".wide")
	m.insert(n, m.operate("DequantizeLinear", wide, []*pb.AttributeProto{integer("axis", int64(axis))}, q, scale, zero))
	n.Input[1] = wide
	m.dropUnread(name)
	return scales
}

func (m *Model) addFloats(proposal string, list []float32) string {
	var raw []byte
	for _, v := range list {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return m.add(proposal, pb.TensorProto_FLOAT, raw, int64(len(list)))
}

// insert puts nodes right before n.
func (m *Model) insert(n *pb.NodeProto, nodes ...*pb.NodeProto) {
	list := m.file.Graph.Node
	m.file.Graph.Node = slices.Insert(list, slices.Index(list, n), nodes...)
}

// dropUnread removes an initialiser that no node reads any more.
func (m *Model) dropUnread(name string) {
	g := m.file.Graph
	if slices.ContainsFunc(g.Node, func(n *pb.NodeProto) bool { return slices.Contains(n.Input, name) }) {
		return
	}
	g.Initializer = slices.DeleteFunc(g.Initializer, func(t *pb.TensorProto) bool { return t.GetName() == name })
}
