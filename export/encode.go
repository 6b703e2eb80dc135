package export

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/tensor"
)

// Names that every file of ours carries.
const (
	producer = "ganzoo"
	domain   = "com.github.ganzoo" // reverse DNS, as ONNX asks for

	// nominalPixelRange is the standard key for the range of an image's values.
	nominalPixelRange = "Image.NominalPixelRange"
	symmetricRange    = "Normalized_1_1" // −1…1
)

// BatchDimension is the name of the open batch in a model's shapes.
const BatchDimension = "N"

// encode writes the finished model as ONNX messages. There is no time stamp in
// them: the same model gives the same bytes.
func encode(m *model, o Options) *pb.ModelProto {
	return &pb.ModelProto{
		IrVersion:       irVersions[o.Opset],
		ProducerName:    producer,
		ProducerVersion: o.Version,
		Domain:          domain,
		DocString:       o.Doc,
		OpsetImport:     []*pb.OperatorSetIdProto{{Version: int64(o.Opset)}},
		MetadataProps:   metadata(m, o),
		Graph: &pb.GraphProto{
			Name:        m.title,
			Node:        nodes(m),
			Initializer: initializers(m),
			Input:       inputs(m, o),
			Output:      outputs(m, o),
		},
	}
}

// metadata sorts the keys, and says in which range an image's values are.
func metadata(m *model, o Options) []*pb.StringStringEntryProto {
	all := map[string]string{}
	for _, out := range m.outputs {
		if len(out.value.shape) == 4 {
			all[nominalPixelRange] = symmetricRange
		}
	}
	maps.Copy(all, o.Metadata)
	var entries []*pb.StringStringEntryProto
	for _, key := range slices.Sorted(maps.Keys(all)) {
		entries = append(entries, &pb.StringStringEntryProto{Key: key, Value: all[key]})
	}
	return entries
}

func nodes(m *model) []*pb.NodeProto {
	var list []*pb.NodeProto
	for _, n := range m.nodes {
		p := &pb.NodeProto{Name: n.name, OpType: n.op, Output: []string{n.out.name}}
		for _, v := range n.in {
			p.Input = append(p.Input, v.name)
		}
		for _, key := range slices.Sorted(maps.Keys(n.attributes)) {
			p.Attribute = append(p.Attribute, attribute(key, n.attributes[key]))
		}
		list = append(list, p)
	}
	return list
}

func attribute(name string, v any) *pb.AttributeProto {
	a := &pb.AttributeProto{Name: name}
	switch v := v.(type) {
	case int64:
		a.Type, a.I = pb.AttributeProto_INT, &v
	case []int64:
		a.Type, a.Ints = pb.AttributeProto_INTS, v
	case float32:
		a.Type, a.F = pb.AttributeProto_FLOAT, &v
	}
	return a
}

// initializers lists the constants in the order of their first use.
func initializers(m *model) []*pb.TensorProto {
	var list []*pb.TensorProto
	seen := map[*value]bool{}
	for _, n := range m.nodes {
		for _, v := range n.in {
			if v.constant() && !seen[v] {
				seen[v] = true
				list = append(list, initializer(v))
			}
		}
	}
	return list
}

func initializer(v *value) *pb.TensorProto {
	t := &pb.TensorProto{Name: v.name, Dims: int64s(v.shape...)}
	if v.ints != nil {
		t.DataType = int32(pb.TensorProto_INT64)
		for _, i := range v.ints {
			t.RawData = binary.LittleEndian.AppendUint64(t.RawData, uint64(i))
		}
		return t
	}
	t.DataType = int32(pb.TensorProto_FLOAT)
	t.RawData = make([]byte, 0, 4*len(v.data.Data))
	for _, f := range v.data.Data {
		t.RawData = binary.LittleEndian.AppendUint32(t.RawData, math.Float32bits(f))
	}
	return t
}

func inputs(m *model, o Options) []*pb.ValueInfoProto {
	var list []*pb.ValueInfoProto
	for _, v := range m.inputs {
		list = append(list, describe(v.name, v.shape, o.Batch))
	}
	return list
}

func outputs(m *model, o Options) []*pb.ValueInfoProto {
	var list []*pb.ValueInfoProto
	for _, out := range m.outputs {
		list = append(list, describe(out.name, out.value.shape, o.Batch))
	}
	return list
}

// describe gives the type of an input or output, whose first axis is the batch.
func describe(name string, shape tensor.Shape, batch int) *pb.ValueInfoProto {
	first := &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimParam{DimParam: BatchDimension}}
	if batch > 0 {
		first = extent(batch)
	}
	dims := []*pb.TensorShapeProto_Dimension{first}
	for _, d := range shape[1:] {
		dims = append(dims, extent(d))
	}
	return &pb.ValueInfoProto{Name: name, Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{
		ElemType: int32(pb.TensorProto_FLOAT),
		Shape:    &pb.TensorShapeProto{Dim: dims},
	}}}}
}

func extent(d int) *pb.TensorShapeProto_Dimension {
	return &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: int64(d)}}
}
