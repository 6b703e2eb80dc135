package verify_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// small is a model of the writer with most kinds of nodes: z N×2 → image N×1×4×4.
func small(t testing.TB) []byte {
	t.Helper()
	g := graph.New("small")
	values := func(name string, shape ...int) *graph.Node {
		v := graph.NewVariable(name, true, shape...)
		tensor.NewStream(1, name, 0).Normal(v.Value.Data)
		return g.Variable(v)
	}
	h := g.Input("z", 1, 2).MatMul(values("g.0.weight", 2, 8)).Add(values("g.0.bias", 8)).LeakyRelu(0.1)
	h = h.Reshape(1, 2, 2, 2).ConvTranspose(values("g.1.weight", 2, 1, 2, 2), graph.Strided(2, 0))
	g.Output("image", h.Mul(h).Tanh())
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{Metadata: map[string]string{"ganzoo.variant": "gan"}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited is the small model after a change.
func edited(t testing.TB, edit func(m *pb.ModelProto)) []byte {
	t.Helper()
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(small(t), m); err != nil {
		t.Fatal(err)
	}
	edit(m)
	return marshal(t, m)
}

func marshal(t testing.TB, m *pb.ModelProto) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func latents(n int) map[string]*tensor.Tensor {
	z := tensor.New(n, 2)
	tensor.NewStream(2, "z", 0).Normal(z.Data)
	return map[string]*tensor.Tensor{"z": z}
}

func TestPortsAndMetadata(t *testing.T) {
	m, err := verify.Load(small(t))
	if err != nil {
		t.Fatal(err)
	}
	in, out := m.Inputs(), m.Outputs()
	if len(in) != 1 || in[0].Name != "z" || in[0].Dims[0].Symbol != "N" || in[0].Dims[1].Size != 2 {
		t.Errorf("inputs are %v", in)
	}
	if len(out) != 1 || out[0].Name != "image" || len(out[0].Dims) != 4 || out[0].Dims[3].Size != 4 {
		t.Errorf("outputs are %v", out)
	}
	if m.Metadata()["ganzoo.variant"] != "gan" {
		t.Errorf("metadata is %v", m.Metadata())
	}
}

func TestCompareSeesDifferences(t *testing.T) {
	model := small(t)
	m, err := verify.Load(model)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Run(latents(5))
	if err != nil {
		t.Fatal(err)
	}
	image := got["image"]
	if r, err := verify.Compare(model, latents(5), image, 0); err != nil || r.Largest != 0 || r.Count != 5*16 {
		t.Errorf("with itself: %v, %v", r, err)
	}
	off := image.Clone()
	off.Data[7] += 0.5
	nan := image.Clone()
	nan.Data[7] = float32(math.NaN())
	other := tensor.Of(image.Data, 5, 16)
	for name, want := range map[string]*tensor.Tensor{"difference": off, "NaN": nan, "shape": other} {
		r, err := verify.Compare(model, latents(5), want, 1e-5)
		if fault.KindOf(err) != fault.Verify {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if r, _ := verify.Compare(model, latents(5), off, 1e-5); math.Abs(r.Largest-0.5) > 1e-6 || math.Abs(r.Mean-0.5/80) > 1e-6 {
		t.Errorf("report is %v", r)
	}
	if r, _ := verify.Compare(model, latents(5), nan, math.Inf(1)); !math.IsInf(r.Largest, 1) {
		t.Errorf("a NaN is %v away", r.Largest)
	}
}

func TestInputsMustFit(t *testing.T) {
	m, err := verify.Load(small(t))
	if err != nil {
		t.Fatal(err)
	}
	z := latents(2)["z"]
	for name, in := range map[string]map[string]*tensor.Tensor{
		"none":        {},
		"other name":  {"latent": z},
		"one more":    {"z": z, "y": z},
		"features":    {"z": tensor.New(2, 3)},
		"axes":        {"z": tensor.New(2, 2, 1)},
		"half filled": {"z": {Shape: tensor.Shape{2, 2}, Data: make([]float32, 3)}},
		"empty":       {"z": {Shape: tensor.Shape{0, 2}}},
	} {
		if _, err := m.Run(in); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostileModels has a model for each thing a stranger could do, and the
// words by which the refusal can be told.
func TestHostileModels(t *testing.T) {
	node := func(m *pb.ModelProto, i int) *pb.NodeProto { return m.GetGraph().GetNode()[i] }
	weight := func(m *pb.ModelProto, i int) *pb.TensorProto { return m.GetGraph().GetInitializer()[i] }
	huge := []*pb.TensorShapeProto_Dimension{
		{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: 1 << 20}},
		{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: 1 << 20}},
	}
	cases := []struct {
		name, want string
		edit       func(m *pb.ModelProto)
	}{
		{"no graph", "no graph", func(m *pb.ModelProto) { m.Graph = nil }},
		{"no nodes", "no graph", func(m *pb.ModelProto) { m.GetGraph().Node = nil }},
		{"no opset", "no opset", func(m *pb.ModelProto) { m.OpsetImport = nil }},
		{"old opset", "opset 6", func(m *pb.ModelProto) { m.GetOpsetImport()[0].Version = 6 }},
		{"new opset", "opset 99", func(m *pb.ModelProto) { m.GetOpsetImport()[0].Version = 99 }},
		{"other domain", "domain", func(m *pb.ModelProto) { node(m, 0).Domain = "com.microsoft" }},
		{"unknown operator", `node 1 "g.0.leakyrelu" (Einsum): the operator is not supported`, func(m *pb.ModelProto) { node(m, 1).OpType = "Einsum" }},
		{"unknown attribute", "attribute auto_pad = SAME_UPPER", func(m *pb.ModelProto) {
			node(m, 3).Attribute = append(node(m, 3).Attribute, &pb.AttributeProto{Name: "auto_pad", Type: pb.AttributeProto_STRING, S: []byte("SAME_UPPER")})
		}},
		{"attribute of another type", "wrong type", func(m *pb.ModelProto) {
			node(m, 1).Attribute[0] = &pb.AttributeProto{Name: "alpha", Type: pb.AttributeProto_INT, I: proto.Int64(1)}
		}},
		{"attribute twice", "twice", func(m *pb.ModelProto) { node(m, 1).Attribute = append(node(m, 1).Attribute, node(m, 1).Attribute[0]) }},
		{"cycle", "not defined before", func(m *pb.ModelProto) { node(m, 0).Input[0] = "image" }},
		{"self", "not defined before", func(m *pb.ModelProto) { node(m, 1).Input[0] = node(m, 1).Output[0] }},
		{"undefined input", `"nowhere" is not defined`, func(m *pb.ModelProto) { node(m, 1).Input[0] = "nowhere" }},
		{"input left out", "is missing", func(m *pb.ModelProto) { node(m, 1).Input[0] = "" }},
		{"too many inputs", "inputs; want", func(m *pb.ModelProto) { node(m, 1).Input = []string{"z", "z", "z"} }},
		{"no inputs", "0 inputs", func(m *pb.ModelProto) { node(m, 1).Input = nil }},
		{"no outputs", "0 outputs", func(m *pb.ModelProto) { node(m, 1).Output = nil }},
		{"output twice", "defined already", func(m *pb.ModelProto) { node(m, 1).Output = node(m, 0).Output }},
		{"graph output undefined", "computed by no node", func(m *pb.ModelProto) { m.GetGraph().Output[0].Name = "picture" }},
		{"no graph output", "no output", func(m *pb.ModelProto) { m.GetGraph().Output = nil }},
		{"graph output of another shape", "declared with other extents", func(m *pb.ModelProto) {
			m.GetGraph().Output[0].Type.GetTensorType().Shape.Dim[3] = &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: 5}}
		}},
		{"huge output", "more than", func(m *pb.ModelProto) { m.GetGraph().Output[0].Type.GetTensorType().Shape.Dim = huge }},
		{"huge value info", "more than", func(m *pb.ModelProto) {
			m.GetGraph().ValueInfo = []*pb.ValueInfoProto{{Name: "v", Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{
				ElemType: 1, Shape: &pb.TensorShapeProto{Dim: huge},
			}}}}}
		}},
		{"integer input", "not declared as float32", func(m *pb.ModelProto) { m.GetGraph().Input[0].Type.GetTensorType().ElemType = 7 }},
		{"negative extent", "extent of -4", func(m *pb.ModelProto) { weight(m, 0).Dims[0] = -4 }},
		{"extent of zero", "extent of 0", func(m *pb.ModelProto) { weight(m, 0).Dims[0] = 0 }},
		{"huge extents", "more than", func(m *pb.ModelProto) { weight(m, 0).Dims = []int64{1 << 27, 1 << 27, 1 << 10} }},
		{"extents that overflow", "extent of", func(m *pb.ModelProto) { weight(m, 0).Dims = []int64{1 << 62, 4, 16} }},
		{"short raw data", "does not fill", func(m *pb.ModelProto) { weight(m, 0).RawData = weight(m, 0).RawData[:7] }},
		{"no data", "does not fill", func(m *pb.ModelProto) { weight(m, 0).RawData = nil }},
		{"data in two places", "does not fill", func(m *pb.ModelProto) { weight(m, 0).FloatData = []float32{1} }},
		{"half floats", "FLOAT16", func(m *pb.ModelProto) { weight(m, 0).DataType = int32(pb.TensorProto_FLOAT16) }},
		{"weight of another shape", "inner extents", func(m *pb.ModelProto) { weight(m, 0).Dims = []int64{2, 8} }},
		{"initialiser twice", "there twice", func(m *pb.ModelProto) { weight(m, 1).Name = weight(m, 0).Name }},
		{"reshape to nothing", "cannot take", func(m *pb.ModelProto) { setInts(weight(m, 2), -1, 0, 0, 0, 0, 0) }},
		{"reshape to a huge shape", "more than", func(m *pb.ModelProto) { setInts(weight(m, 2), 1<<30, 1<<30, 16, 1) }},
		{"reshape past 32 bits", "out of range", func(m *pb.ModelProto) { setInts(weight(m, 2), 1<<31, 1<<31, 4, 1) }},
		{"reshape to negative extents", "cannot take", func(m *pb.ModelProto) { setInts(weight(m, 2), -1, -2, -2, 2) }},
		{"huge stride", "value 1152921504606846976", func(m *pb.ModelProto) { ints(node(m, 3), "strides", 1<<60, 1<<60) }},
		{"stride of zero", "value 0", func(m *pb.ModelProto) { ints(node(m, 3), "strides", 0, 1) }},
		{"large stride", "more than", func(m *pb.ModelProto) { ints(node(m, 3), "strides", 1<<20, 1<<20) }},
		{"negative padding", "value -1", func(m *pb.ModelProto) { ints(node(m, 3), "pads", -1, 0, 0, 0) }},
		{"group", "group", func(m *pb.ModelProto) {
			for _, a := range node(m, 3).Attribute {
				if a.Name == "group" {
					a.I = proto.Int64(2)
				}
			}
		}},
		{"weights in the place of a shape", "float32", func(m *pb.ModelProto) { node(m, 2).Input[1] = weight(m, 1).Name }},
		{"a shape in the place of weights", "integers", func(m *pb.ModelProto) { node(m, 0).Input[2] = weight(m, 2).Name }},
	}
	for _, c := range cases {
		_, err := verify.Load(edited(t, c.edit))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Verify || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
}

// setInts replaces the data of an int64 tensor.
func setInts(t *pb.TensorProto, list ...int64) {
	t.Dims, t.RawData = []int64{int64(len(list))}, nil
	for _, v := range list {
		t.RawData = binary.LittleEndian.AppendUint64(t.RawData, uint64(v))
	}
}

// ints replaces a list attribute.
func ints(n *pb.NodeProto, name string, list ...int64) {
	for _, a := range n.Attribute {
		if a.Name == name {
			a.Ints = list
		}
	}
}

// TestForeignParts refuses what our trimmed proto leaves out, before onnx-go can
// follow it: here a subgraph, as the attribute g of the first node.
func TestForeignParts(t *testing.T) {
	// Field 6 (g), length-delimited, of a length of 0.
	unknown := []byte{6<<3 | 2, 0}
	_, err := verify.Load(edited(t, func(m *pb.ModelProto) {
		m.GetGraph().GetNode()[0].GetAttribute()[0].ProtoReflect().SetUnknown(unknown)
	}))
	if err == nil || !strings.Contains(err.Error(), "model.graph.node[0].attribute[0] has field 6 (a subgraph)") {
		t.Errorf("a subgraph: %v", err)
	}
}

// TestMemory has files of few bytes that ask for much memory: at loading, where a
// reader makes objects and tensors of them, and at a run.
func TestMemory(t *testing.T) {
	// A model whose field 7 is a graph of a million nodes (field 1) without bytes.
	nodes := protowire.AppendBytes([]byte{7<<3 | 2}, bytes.Repeat([]byte{1<<3 | 2, 0}, 1<<20))
	dims := func(list ...int64) *pb.TypeProto {
		shape := &pb.TensorShapeProto{}
		for _, d := range list {
			shape.Dim = append(shape.Dim, &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: d}})
		}
		return &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{ElemType: 1, Shape: shape}}}
	}
	cases := []struct {
		name, want string
		content    []byte
	}{
		{"empty nodes", "decoding it would take more", nodes},
		{"a declared value", "more than", edited(t, func(m *pb.ModelProto) {
			m.GetGraph().ValueInfo = []*pb.ValueInfoProto{{Name: "v", Type: dims(1<<24 + 1)}}
		})},
		{"a result", "its values take", edited(t, func(m *pb.ModelProto) {
			g := m.GetGraph()
			weights := &pb.TensorProto{Name: "repeats", DataType: 7}
			setInts(weights, 1<<21, 1, 4, 4)
			g.Initializer = append(g.Initializer, weights)
			g.Node = append(g.Node, &pb.NodeProto{Name: "wide", OpType: "Expand", Input: []string{"image", "repeats"}, Output: []string{"wide"}})
			open := dims(1, 1, 4, 4)
			open.GetTensorType().Shape.Dim[0].Value = nil
			g.Output = append(g.Output, &pb.ValueInfoProto{Name: "wide", Type: open})
		})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m, err := verify.Load(c.content)
			if err == nil {
				_, err = m.Run(latents(1))
			}
			runtime.ReadMemStats(&after)
			if fault.KindOf(err) != fault.Verify || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q", err, c.want)
			}
			if took, most := after.TotalAlloc-before.TotalAlloc, uint64(3*len(c.content)+64<<20); took > most {
				t.Errorf("it allocated %d bytes; at most %d are allowed", took, most)
			}
		})
	}
}

// TestMemoryOfWeights reads weights that are really there, more than what loading
// may take beside three times the file, and watches the heap.
func TestMemoryOfWeights(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 72 MiB number by number")
	}
	const side, extra = 4096, 512
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(small(t), m); err != nil {
		t.Fatal(err)
	}
	g := m.GetGraph()
	weight := func(name string, rows int) {
		raw := make([]byte, rows*side*4)
		for i := range rows * side {
			binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(float32(i%251)-125))
		}
		g.Initializer = append(g.Initializer, &pb.TensorProto{Name: name, Dims: []int64{int64(rows), side}, DataType: 1, RawData: raw})
	}
	weight("large", side)
	weight("further", extra)
	content := marshal(t, m)
	m, g = nil, nil
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most, now := uint64(0), runtime.MemStats{}
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(time.Millisecond):
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
		}
	}()
	_, err := verify.Load(content)
	close(done)
	most := <-peak
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a file of %d MiB, at most %d MiB", len(content)>>20, most>>20)
	if bound := uint64(3*len(content) + 64<<20); most > bound {
		t.Errorf("%d MiB were held; at most %d are allowed", most>>20, bound>>20)
	}
}

// TestWeightsInPieces compares a weight of several pieces, the last of them short,
// with the one that was written.
func TestWeightsInPieces(t *testing.T) {
	const in, out = 3, 200_001
	w := graph.NewVariable("weight", true, in, out)
	tensor.NewStream(4, "weight", 0).Normal(w.Value.Data)
	g := graph.New("wide")
	g.Output("image", g.Input("z", 1, in).MatMul(g.Variable(w)))
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{}); err != nil {
		t.Fatal(err)
	}
	for row := range in {
		z := tensor.New(1, in)
		z.Data[row] = 1
		want := tensor.Of(w.Value.Data[row*out:(row+1)*out], 1, out)
		if r, err := verify.Compare(b.Bytes(), map[string]*tensor.Tensor{"z": z}, want, 0); err != nil {
			t.Errorf("row %d: %v, %v", row, r, err)
		}
	}
}

func TestTruncatedAtEveryByte(t *testing.T) {
	model := small(t)
	for n := range model {
		if m, err := verify.Load(model[:n]); err == nil {
			// A cut between fields can leave a whole model behind; it must run.
			if _, err := m.Run(latents(1)); err != nil {
				t.Errorf("cut at %d: %v", n, err)
			}
		}
	}
}

func TestSameOperandTwice(t *testing.T) {
	// gonum's graphs would keep one edge of Mul(x, x); small has such a node.
	m, err := verify.Load(small(t))
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Run(latents(3))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range out["image"].Data {
		if v < 0 {
			t.Fatalf("value %d is %v: no square", i, v)
		}
	}
}

func TestConstantNodes(t *testing.T) {
	model := edited(t, func(m *pb.ModelProto) {
		g := m.GetGraph()
		constant := &pb.NodeProto{Name: "two", OpType: "Constant", Output: []string{"two"}, Attribute: []*pb.AttributeProto{
			{Name: "value", Type: pb.AttributeProto_TENSOR, T: &pb.TensorProto{DataType: 1, FloatData: []float32{2}}},
		}}
		shape := &pb.NodeProto{Name: "flat", OpType: "Constant", Output: []string{"flat"}, Attribute: []*pb.AttributeProto{
			{Name: "value_ints", Type: pb.AttributeProto_INTS, Ints: []int64{0, 16}},
		}}
		scaled := &pb.NodeProto{Name: "scaled", OpType: "Mul", Input: []string{"image", "two"}, Output: []string{"scaled"}}
		reshaped := &pb.NodeProto{Name: "reshaped", OpType: "Reshape", Input: []string{"scaled", "flat"}, Output: []string{"reshaped"}}
		g.Node = append(append([]*pb.NodeProto{constant, shape}, g.Node...), scaled, reshaped)
		g.Output = append(g.Output, &pb.ValueInfoProto{Name: "reshaped", Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{
			ElemType: 1, Shape: &pb.TensorShapeProto{Dim: make([]*pb.TensorShapeProto_Dimension, 0)},
		}}}})
		d := g.Output[0].Type.GetTensorType().Shape.Dim
		g.Output[1].Type.GetTensorType().Shape.Dim = append(g.Output[1].Type.GetTensorType().Shape.Dim, d[0], &pb.TensorShapeProto_Dimension{})
	})
	m, err := verify.Load(model)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Run(latents(3))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range out["image"].Data {
		if out["reshaped"].Data[i] != 2*v || !out["reshaped"].Shape.Equal(tensor.Shape{3, 16}) {
			t.Fatalf("value %d of %v is %v; want %v", i, out["reshaped"].Shape, out["reshaped"].Data[i], 2*v)
		}
	}
}
