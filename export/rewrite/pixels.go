package rewrite

import pb "github.com/ganzoo/ganzoo/export/onnxpb"

// Pixels turns the output image, float32 N×C×H×W in −1…1, into bytes N×H×W×C, as
// picture files and screens have them:
//
//	byte = min(max(⌊(v + 1)·127.5 + 0.5⌋, 0), 255)
//
// which is what zoo writes into its own pictures. The bounds are
// 255 − relu(255 − relu(·)), exact on whole numbers: OpenCV refuses Clip with bounds
// that are inputs, and gives the bytes as float32.
func (m *Model) Pixels() error {
	const output = "image"
	for _, out := range m.file.Graph.Output {
		t := tensorType(out)
		if out.GetName() != output || t.GetElemType() != int32(pb.TensorProto_FLOAT) || len(t.GetShape().GetDim()) != 4 {
			continue
		}
		value := m.before(output, output+".float")
		step := func(op string, attributes []*pb.AttributeProto, operands ...string) {
			result := output
			if op != "Cast" {
				result = m.name(output + "." + op)
			}
			m.append(m.operate(op, result, attributes, append([]string{value}, operands...)...))
			value = result
		}
		step("Transpose", []*pb.AttributeProto{integers("perm", 0, 2, 3, 1)})
		step("Add", nil, m.addFloat(output+".one", 1))
		step("Mul", nil, m.addFloat(output+".scale", 127.5))
		step("Add", nil, m.addFloat(output+".half", 0.5))
		step("Floor", nil)
		minus, most := m.addFloat(output+".minus", -1), m.addFloat(output+".most", 255)
		for range 2 { // 255 − relu(·): at most 255, then at least 0
			step("Relu", nil)
			step("Mul", nil, minus)
			step("Add", nil, most)
		}
		step("Cast", []*pb.AttributeProto{integer("to", int64(pb.TensorProto_UINT8))})

		d := t.GetShape().GetDim()
		t.ElemType, t.Shape.Dim = int32(pb.TensorProto_UINT8), []*pb.TensorShapeProto_Dimension{d[0], d[2], d[3], d[1]}
		m.file.DocString += " It is given as bytes, N×H×W×C in 0…255."
		m.SetMetadata("Image.NominalPixelRange", "NominalRange_0_255")
		m.SetMetadata("ganzoo.image", "uint8 N×H×W×C")
		return nil
	}
	return unsuited("there are no images to turn into bytes", "--image uint8", "leave it out: this network answers with other numbers")
}
