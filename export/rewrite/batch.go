package rewrite

import pb "github.com/ganzoo/ganzoo/export/onnxpb"

// FixBatch declares the open first axis of every input and output as n examples,
// for tools that plan ahead. What is inside holds for any batch already.
func (m *Model) FixBatch(n int) {
	for _, list := range [][]*pb.ValueInfoProto{m.file.Graph.Input, m.file.Graph.Output} {
		for _, v := range list {
			if dims := tensorType(v).GetShape().GetDim(); len(dims) > 0 && dims[0].GetDimValue() == 0 {
				dims[0].Value = &pb.TensorShapeProto_Dimension_DimValue{DimValue: int64(n)}
			}
		}
	}
}
