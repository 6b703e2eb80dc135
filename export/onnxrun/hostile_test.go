package onnxrun_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// A model is built of these.

func intAttr(name string, v int64) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_INT, I: &v}
}

func intsAttr(name string, v ...int64) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_INTS, Ints: v}
}

func floatAttr(name string, v float32) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_FLOAT, F: &v}
}

func stringAttr(name, v string) *pb.AttributeProto {
	return &pb.AttributeProto{Name: name, Type: pb.AttributeProto_STRING, S: []byte(v)}
}

func port(name string, typ onnxrun.Type, dims ...int64) *pb.ValueInfoProto {
	shape := &pb.TensorShapeProto{}
	for _, d := range dims {
		dim := &pb.TensorShapeProto_Dimension{}
		if d != open {
			dim.Value = &pb.TensorShapeProto_Dimension_DimValue{DimValue: d}
		}
		shape.Dim = append(shape.Dim, dim)
	}
	return &pb.ValueInfoProto{Name: name, Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{
		TensorType: &pb.TypeProto_Tensor{ElemType: int32(typ), Shape: shape},
	}}}
}

const open = math.MinInt64

func int64s(name string, values ...int64) *pb.TensorProto {
	return &pb.TensorProto{Name: name, DataType: int32(onnxrun.Int64), Dims: []int64{int64(len(values))}, Int64Data: values}
}

func float32s(name string, dims []int64, values ...float32) *pb.TensorProto {
	return &pb.TensorProto{Name: name, DataType: int32(onnxrun.Float32), Dims: dims, FloatData: values}
}

// bytes are zeros of uint8.
func bytes(name string, dims ...int64) *pb.TensorProto {
	size := int64(1)
	for _, d := range dims {
		size *= d
	}
	return &pb.TensorProto{Name: name, DataType: int32(onnxrun.Uint8), Dims: dims, RawData: make([]byte, size)}
}

// single is a model of one node: of float32 inputs x0, x1, … of the given shapes,
// the initialisers that follow them, and an output y of any shape.
func single(op string, shapes [][]int64, constants []*pb.TensorProto, attributes ...*pb.AttributeProto) *pb.ModelProto {
	n := &pb.NodeProto{OpType: op, Name: "the node", Output: []string{"y"}, Attribute: attributes}
	g := &pb.GraphProto{Node: []*pb.NodeProto{n}, Initializer: constants}
	for i, s := range shapes {
		name := fmt.Sprintf("x%d", i)
		n.Input = append(n.Input, name)
		g.Input = append(g.Input, port(name, onnxrun.Float32, s...))
	}
	for _, c := range constants {
		n.Input = append(n.Input, c.GetName())
	}
	out := port("y", onnxrun.Float32)
	out.GetType().GetTensorType().Shape = nil
	g.Output = []*pb.ValueInfoProto{out}
	return &pb.ModelProto{IrVersion: 7, Graph: g, OpsetImport: []*pb.OperatorSetIdProto{{Version: 13}}}
}

func marshal(t testing.TB, m *pb.ModelProto) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// loadAndRun loads a model and runs it on zeros of the declared shapes, with 1 for
// open extents.
func loadAndRun(content []byte) error { return loadAndRunIn(content, onnxrun.Options{}) }

func loadAndRunIn(content []byte, o onnxrun.Options) error {
	m, err := onnxrun.Load(content, o)
	if err != nil {
		return err
	}
	inputs := map[string]*onnxrun.Array{}
	for _, p := range m.Inputs() {
		var shape []int
		size := 1
		for _, d := range p.Dims {
			e := d.Size
			if e < 0 {
				e = 1
			}
			if shape = append(shape, e); e > 0 {
				size *= e
			}
		}
		if size > 1<<20 {
			return fault.New(fault.Usage, "the inputs are too large for a test", "", "")
		}
		inputs[p.Name] = onnxrun.NewArray(p.Type, shape...)
	}
	_, err = m.Run(inputs)
	return err
}

// refused runs f and checks that it fails with a fault that says all of words,
// within a second and within the memory that such a file may take.
func refused(t *testing.T, size int, f func() error, words ...string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := spent(t)
	err := f()
	took := spent(t) - start
	runtime.ReadMemStats(&after)
	var told *fault.Error
	if !errors.As(err, &told) {
		t.Fatalf("got %v; want a fault", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "it fails:") {
		t.Errorf("%q: a panic was caught; want a check", err)
	}
	if took > time.Second {
		t.Errorf("it took %v", took)
	}
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(3*size+64<<20); got > most {
		t.Errorf("it allocated %d bytes; at most %d are allowed", got, most)
	}
}

const node = `node 0 "the node"`

func TestHostileNodes(t *testing.T) {
	image := [][]int64{{1, 4, 8, 8}, {4, 4, 3, 3}}
	huge := int64(1) << 50
	cases := []struct {
		name  string
		model *pb.ModelProto
		words []string
	}{
		{"unknown operator", single("Frobnicate", [][]int64{{1}}, nil), []string{"Frobnicate", "opset 13", "not supported"}},
		{"operator of a later opset", func() *pb.ModelProto {
			m := single("Trilu", [][]int64{{2, 2}}, nil)
			m.OpsetImport[0].Version = 13
			return m
		}(), []string{"Trilu", "from opset 14"}},
		{"foreign domain", func() *pb.ModelProto {
			m := single("Relu", [][]int64{{2, 2}}, nil)
			m.Graph.Node[0].Domain = "com.example"
			return m
		}(), []string{"com.example.Relu"}},
		{"unknown attribute", single("Relu", [][]int64{{1}}, nil, intAttr("speed", 9)), []string{"attribute speed"}},
		{"attribute of another type", single("LeakyRelu", [][]int64{{1}}, nil, intAttr("alpha", 1)), []string{"attribute alpha"}},
		{"too few inputs", single("Add", [][]int64{{1}}, nil), []string{"1 inputs"}},
		{"too many inputs", single("Relu", [][]int64{{1}, {1}}, nil), []string{"2 inputs"}},
		{"shapes that do not broadcast", single("Add", [][]int64{{2}, {3}}, nil), []string{"broadcast"}},
		{"types that differ", single("Add", [][]int64{{1}}, []*pb.TensorProto{int64s("i", 1)}), []string{"int64"}},

		{"Conv group 0", single("Conv", image, nil, intAttr("group", 0)), []string{"attribute group = 0"}},
		{"Conv group 3", single("Conv", image, nil, intAttr("group", 3)), []string{"attribute group = 3"}},
		{"Conv group −1", single("Conv", image, nil, intAttr("group", -1)), []string{"attribute group = -1"}},
		{"Conv stride 0", single("Conv", image, nil, intsAttr("strides", 0, 1)), []string{"attribute strides"}},
		{"Conv dilation 0", single("Conv", image, nil, intsAttr("dilations", 1, 0)), []string{"attribute dilations"}},
		{"Conv huge dilation", single("Conv", image, nil, intsAttr("dilations", huge, 1)), []string{"attribute dilations"}},
		{"Conv one stride", single("Conv", image, nil, intsAttr("strides", 1)), []string{"attribute strides has 1 values"}},
		{"Conv negative pads", single("Conv", image, nil, intsAttr("pads", -1, 0, 0, 0)), []string{"attribute pads"}},
		{"Conv huge pads", single("Conv", image, nil, intsAttr("pads", 1<<28, 1<<28, 1<<28, 1<<28)), []string{"elements"}},
		{"Conv kernel_shape", single("Conv", image, nil, intsAttr("kernel_shape", 5, 5)), []string{"attribute kernel_shape"}},
		{"Conv auto_pad", single("Conv", image, nil, stringAttr("auto_pad", "MOST")), []string{"attribute auto_pad"}},
		{"Conv window too large", single("Conv", [][]int64{{1, 1, 2, 2}, {1, 1, 3, 3}}, nil), []string{"window spans 3"}},
		{"Conv channels", single("Conv", [][]int64{{1, 3, 8, 8}, {4, 4, 3, 3}}, nil), []string{"3 channels"}},
		{"Conv of a matrix", single("Conv", [][]int64{{8, 8}, {3, 3}}, nil), []string{"3 to 5 axes"}},
		{"Conv bias", single("Conv", append(image, []int64{5}), nil), []string{"bias"}},
		{"ConvTranspose output_padding", single("ConvTranspose", image, nil, intsAttr("output_padding", 1, 1)), []string{"attribute output_padding 1 is not below the stride 1"}},
		{"ConvTranspose pads", single("ConvTranspose", image, nil, intsAttr("pads", 9, 9, 9, 9)), []string{"takes away"}},
		{"ConvTranspose stride 2³⁰", single("ConvTranspose", image, nil, intsAttr("strides", 1<<28, 1<<28)), []string{"elements"}},
		{"ConvTranspose output_shape", single("ConvTranspose", image, nil, intsAttr("output_shape", 1<<60, 9)), []string{"out of range"}},

		{"Conv of three axes for an hour", single("Conv", [][]int64{{1, 1, 64, 64, 64}, {4, 1, 63, 63, 63}}, nil, intsAttr("pads", 31, 31, 31, 31, 31, 31)), []string{"operations"}},
		{"ConvTranspose of three axes for an hour", single("ConvTranspose", [][]int64{{1, 1, 64, 64, 64}, {1, 4, 63, 63, 63}}, nil, intsAttr("pads", 31, 31, 31, 31, 31, 31)), []string{"operations"}},
		{"LRN for an hour", single("LRN", [][]int64{{1, 1 << 18, 4}}, nil, intAttr("size", 1<<14)), []string{"operations"}},

		{"MaxPool no kernel", single("MaxPool", [][]int64{{1, 1, 4, 4}}, nil), []string{"kernel_shape is missing"}},
		{"MaxPool kernel 0", single("MaxPool", [][]int64{{1, 1, 4, 4}}, nil, intsAttr("kernel_shape", 0, 2)), []string{"attribute kernel_shape"}},
		{"MaxPool pads", single("MaxPool", [][]int64{{1, 1, 4, 4}}, nil, intsAttr("kernel_shape", 2, 2), intsAttr("pads", 2, 2, 2, 2)), []string{"attribute pads"}},
		{"AveragePool work", single("AveragePool", [][]int64{{1, 1, 512, 512}}, nil, intsAttr("kernel_shape", 1<<20, 1<<20), intsAttr("pads", 1<<19, 1<<19, 1<<19, 1<<19), intsAttr("strides", 512, 512)), []string{"operations"}},

		{"Reshape two −1", single("Reshape", [][]int64{{4}}, []*pb.TensorProto{int64s("s", -1, -1)}), []string{"cannot take the shape"}},
		{"Reshape −2", single("Reshape", [][]int64{{4}}, []*pb.TensorProto{int64s("s", -2, 2)}), []string{"cannot take the shape"}},
		{"Reshape 0 past the end", single("Reshape", [][]int64{{4}}, []*pb.TensorProto{int64s("s", 4, 0)}), []string{"copies axis 1"}},
		{"Reshape overflow", single("Reshape", [][]int64{{4}}, []*pb.TensorProto{int64s("s", 1<<31, 1<<31, 1<<31)}), []string{"elements"}},
		{"Reshape out of range", single("Reshape", [][]int64{{4}}, []*pb.TensorProto{int64s("s", math.MaxInt64)}), []string{"out of range"}},
		{"MaxPool work on a constant", single("MaxPool", nil, []*pb.TensorProto{float32s("x", []int64{1, 1, 512, 512}, make([]float32, 512*512)...)}, intsAttr("kernel_shape", 180, 180)), []string{"computes from constants"}},
		{"Reshape rank 9", single("Reshape", [][]int64{{1}}, []*pb.TensorProto{int64s("s", 1, 1, 1, 1, 1, 1, 1, 1, 1)}), []string{"9 axes"}},
		{"Reshape by floats", single("Reshape", [][]int64{{4}, {1}}, nil), []string{"float32"}},

		{"petabyte Expand", single("Expand", [][]int64{{1}}, []*pb.TensorProto{int64s("s", huge)}), []string{"out of range"}},
		{"gigabyte Expand", single("Expand", [][]int64{{1}}, []*pb.TensorProto{int64s("s", 1<<14, 1<<14)}), []string{"MiB"}},
		{"terabyte Tile", single("Tile", [][]int64{{1, 1}}, []*pb.TensorProto{int64s("s", 1<<20, 1<<20)}), []string{"elements"}},
		{"gigabyte Tile", single("Tile", [][]int64{{1}}, []*pb.TensorProto{int64s("s", 1<<28)}), []string{"MiB"}},
		{"negative Tile", single("Tile", [][]int64{{1}}, []*pb.TensorProto{int64s("s", -1)}), []string{"repeated -1 times"}},
		{"petabyte ConstantOfShape", single("ConstantOfShape", nil, []*pb.TensorProto{int64s("s", huge)}), []string{"out of range"}},
		{"gigabyte ConstantOfShape", single("ConstantOfShape", nil, []*pb.TensorProto{int64s("s", 1<<28)}), []string{"MiB"}},
		{"negative ConstantOfShape", single("ConstantOfShape", nil, []*pb.TensorProto{int64s("s", -1)}), []string{"negative extent"}},
		{"Resize by 10¹²", single("Resize", [][]int64{{1, 1, 2, 2}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{4}, 1, 1, 1e12, 1e12)}), []string{"axis 2 is scaled by"}},
		{"Resize to gigabytes", single("Resize", [][]int64{{1, 1, 2, 2}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{4}, 1, 1, 8000, 8000)}), []string{"MiB"}},
		{"Resize by NaN", single("Resize", [][]int64{{1, 1, 2, 2}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{4}, 1, 1, float32(math.NaN()), 2)}), []string{"scaled by NaN"}},
		{"Resize by −1", single("Resize", [][]int64{{1, 1, 2, 2}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{4}, 1, 1, -1, 2)}), []string{"scaled by -1"}},
		{"Resize without scales", single("Resize", [][]int64{{1, 1, 2, 2}}, nil), []string{"neither scales nor sizes"}},
		{"Resize to a long line", single("Resize", [][]int64{{1}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{1}, 1<<23)}), []string{"MiB"}},
		{"Pad to gigabytes", single("Pad", [][]int64{{1}}, []*pb.TensorProto{int64s("p", 0, 1<<28-1)}), []string{"MiB"}},
		{"Pad away", single("Pad", [][]int64{{2}}, []*pb.TensorProto{int64s("p", -2, -2)}), []string{"take more than"}},
		{"Pad far reflection", single("Pad", [][]int64{{2}}, []*pb.TensorProto{int64s("p", 2, 0)}, stringAttr("mode", "reflect")), []string{"cannot be padded"}},
		{"Pad mode", single("Pad", [][]int64{{2}}, []*pb.TensorProto{int64s("p", 1, 0)}, stringAttr("mode", "wrap")), []string{"attribute mode"}},
		{"Range without end", single("Range", nil, []*pb.TensorProto{scalar("a", 0), scalar("b", 1), scalar("c", 0)}), []string{"too many elements"}},
		{"Range of gigabytes", single("Range", nil, []*pb.TensorProto{scalar("a", 0), scalar("b", 1<<27), scalar("c", 1)}), []string{"MiB"}},
		{"Range of more than its numbers", single("Range", nil, []*pb.TensorProto{int64s("a", 0), int64s("b", 8e6), int64s("c", 1)}), []string{"MiB"}},
		{"EyeLike of more than its numbers", single("EyeLike", nil, []*pb.TensorProto{bytes("x", 5<<20, 1)}, intAttr("dtype", 9)), []string{"MiB"}},
		{"NonZero of 8 axes", single("NonZero", nil, []*pb.TensorProto{bytes("x", 1<<20, 1, 1, 1, 1, 1, 1, 1)}), []string{"MiB"}},
		{"Unique of many", single("Unique", nil, []*pb.TensorProto{bytes("x", 1<<20)}), []string{"MiB"}},
		{"Max of 64 that broadcast", func() *pb.ModelProto {
			m := single("Max", nil, []*pb.TensorProto{bytes("many", 1<<20), bytes("one", 1)})
			for range 62 {
				m.Graph.Node[0].Input = append(m.Graph.Node[0].Input, "one")
			}
			return m
		}(), []string{"MiB"}},
		{"DequantizeLinear of two zero points", single("DequantizeLinear", nil, []*pb.TensorProto{
			{Name: "x", DataType: int32(onnxrun.Int8), Dims: []int64{1, 2}, RawData: []byte{1, 2}}, scalar("s", 1),
			{Name: "z", DataType: int32(onnxrun.Int8), Dims: []int64{2}, RawData: []byte{0, 1}},
		}), []string{"must agree"}},
		{"OneHot depth", single("OneHot", [][]int64{{2}}, []*pb.TensorProto{int64s("d", 1<<40), float32s("v", []int64{2}, 0, 1)}), []string{"out of range"}},

		{"Slice step 0", single("Slice", [][]int64{{4}}, []*pb.TensorProto{int64s("a", 0), int64s("b", 4), int64s("c", 0), int64s("d", 0)}), []string{"step of axis 0 is 0"}},
		{"Slice axis", single("Slice", [][]int64{{4}}, []*pb.TensorProto{int64s("a", 0), int64s("b", 4), int64s("c", 1)}), []string{"no axis 1"}},
		{"Slice axis twice", single("Slice", [][]int64{{4}}, []*pb.TensorProto{int64s("a", 0, 0), int64s("b", 4, 4), int64s("c", 0, -1)}), []string{"named twice"}},
		{"Split", func() *pb.ModelProto {
			return single("Split", [][]int64{{4}}, []*pb.TensorProto{int64s("s", 1<<40)})
		}(), []string{"out of range"}},
		{"Concat axis", single("Concat", [][]int64{{2}, {2}}, nil), []string{"no axis"}},
		{"Concat shapes", single("Concat", [][]int64{{2, 2}, {3, 3}}, nil, intAttr("axis", 0)), []string{"input[1]"}},
		{"Transpose twice", single("Transpose", [][]int64{{2, 2}}, nil, intsAttr("perm", 0, 0)), []string{"attribute perm"}},
		{"Transpose axis", single("Transpose", [][]int64{{2, 2}}, nil, intsAttr("perm", 0, 1<<40)), []string{"out of range"}},
		{"Squeeze", single("Squeeze", [][]int64{{2}}, []*pb.TensorProto{int64s("a", 0)}), []string{"extent 2"}},
		{"Unsqueeze", single("Unsqueeze", [][]int64{{2}}, []*pb.TensorProto{int64s("a", 1<<40)}), []string{"no axis"}},
		{"Gather index", single("Gather", [][]int64{{2}}, []*pb.TensorProto{int64s("i", 2)}), []string{"index 2 is out of range"}},
		{"GatherND index", single("GatherND", [][]int64{{2}}, []*pb.TensorProto{int64s("i", -3)}), []string{"out of range"}},
		{"DepthToSpace", single("DepthToSpace", [][]int64{{1, 3, 2, 2}}, nil, intAttr("blocksize", 0)), []string{"attribute blocksize"}},
		{"TopK", single("TopK", [][]int64{{2}}, []*pb.TensorProto{int64s("k", 3)}), []string{"K = 3"}},
		{"CumSum axis", single("CumSum", [][]int64{{2}}, []*pb.TensorProto{int64s("a", 5)}), []string{"no axis 5"}},
		{"Softmax axis", single("Softmax", [][]int64{{2}}, nil, intAttr("axis", 9)), []string{"no axis 9"}},
		{"Cast to nothing", single("Cast", [][]int64{{2}}, nil, intAttr("to", 99)), []string{"attribute to = 99"}},
		{"Cast to string", single("Cast", [][]int64{{2}}, nil, intAttr("to", 8)), []string{"STRING"}},
		{"Dropout in training", single("Dropout", [][]int64{{2}}, []*pb.TensorProto{scalar("r", 0.5), {Name: "t", DataType: int32(onnxrun.Bool), Int32Data: []int32{1}}}), []string{"random"}},
		{"BatchNormalization", single("BatchNormalization", [][]int64{{1, 2}, {3}, {2}, {2}, {2}}, nil), []string{"shape"}},
		{"Gemm", single("Gemm", [][]int64{{2, 3}, {4, 5}}, nil), []string{"inner extents"}},
		{"Gemm C", single("Gemm", [][]int64{{2, 3}, {3, 5}, {7}}, nil), []string{"broadcast"}},
		{"MatMul", single("MatMul", [][]int64{{2, 3}, {4, 5}}, nil), []string{"do not multiply"}},
		{"gigabyte MatMul", single("MatMul", [][]int64{{1, 1 << 14, 1}, {1, 1 << 14}}, nil), []string{"MiB"}},
		{"ReduceSum axis", single("ReduceSum", [][]int64{{2}}, []*pb.TensorProto{int64s("a", 7)}), []string{"no axis 7"}},
		{"LRN size", single("LRN", [][]int64{{1, 2, 2}}, nil, intAttr("size", -1)), []string{"attribute size"}},
		{"Celu alpha 0", single("Celu", [][]int64{{1}}, nil, floatAttr("alpha", 0)), []string{"attribute alpha"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := marshal(t, c.model)
			words := append([]string{node}, c.words...)
			if strings.Contains(c.name, "unknown op") {
				words = c.words
			}
			refused(t, len(content), func() error { return loadAndRun(content) }, words...)
		})
	}
}

func scalar(name string, v float32) *pb.TensorProto { return float32s(name, nil, v) }

// edited is PyTorch's DCGAN after a change.
func edited(t testing.TB, edit func(m *pb.ModelProto)) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(generatorDir, "dcgan.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(content, m); err != nil {
		t.Fatal(err)
	}
	edit(m)
	return marshal(t, m)
}

func TestHostileFiles(t *testing.T) {
	type M = *pb.ModelProto
	cases := []struct {
		name  string
		edit  func(m M)
		words []string
	}{
		{"no graph", func(m M) { m.Graph = nil }, []string{"no graph"}},
		{"no opset", func(m M) { m.OpsetImport = nil }, []string{"opset_import"}},
		{"two opsets", func(m M) { m.OpsetImport = append(m.OpsetImport, m.OpsetImport...) }, []string{"opset_import"}},
		{"opset 99", func(m M) { m.OpsetImport[0].Version = 99 }, []string{"opset 99"}},
		{"no output", func(m M) { m.Graph.Output = nil }, []string{"graph.output"}},
		{"output of nobody", func(m M) { m.Graph.Output[0].Name = "nothing" }, []string{`graph.output[0] "nothing"`}},
		{"output twice", func(m M) { m.Graph.Output = append(m.Graph.Output, m.Graph.Output[0]) }, []string{"graph.output[1]"}},
		{"output of another type", func(m M) { m.Graph.Output[0].GetType().GetTensorType().ElemType = int32(onnxrun.Int64) }, []string{"output", "int64"}},
		{"output of another shape", func(m M) {
			m.Graph.Output[0].GetType().GetTensorType().Shape.Dim = m.Graph.Output[0].GetType().GetTensorType().Shape.Dim[:2]
		}, []string{"output", "declared"}},
		{"input twice", func(m M) { m.Graph.Input = append(m.Graph.Input, m.Graph.Input[0]) }, []string{"graph.input[1]"}},
		{"input unnamed", func(m M) { m.Graph.Input[0].Name = "" }, []string{"graph.input[0]"}},
		{"input without type", func(m M) { m.Graph.Input[0].Type = nil }, []string{"graph.input[0]", "no tensor"}},
		{"input of a string", func(m M) { m.Graph.Input[0].GetType().GetTensorType().ElemType = 8 }, []string{"graph.input[0]", "STRING"}},
		{"input of a negative extent", func(m M) { setDim(m.Graph.Input[0], 0, -5) }, []string{"graph.input[0]", "dim[0] is -5"}},
		{"input of a huge extent", func(m M) { setDim(m.Graph.Input[0], 0, 1<<62) }, []string{"graph.input[0]", "dim[0]"}},
		{"input whose size overflows", func(m M) { setDim(m.Graph.Input[0], 0, 1<<28); setDim(m.Graph.Input[0], 1, 1<<28) }, []string{"graph.input[0]", "elements"}},
		{"initialiser twice", func(m M) { m.Graph.Initializer = append(m.Graph.Initializer, m.Graph.Initializer[0]) }, []string{"there twice"}},
		{"initialiser unnamed", func(m M) { m.Graph.Initializer[0].Name = "" }, []string{"graph.initializer[0]"}},
		{"initialiser of no type", func(m M) { m.Graph.Initializer[0].DataType = 0 }, []string{"graph.initializer[0]", "UNDEFINED"}},
		{"initialiser of an unknown type", func(m M) { m.Graph.Initializer[0].DataType = 77 }, []string{"graph.initializer[0]", "77"}},
		{"initialiser of negative dims", func(m M) { m.Graph.Initializer[0].Dims[0] = -1 }, []string{"graph.initializer[0]", "dims[0] is -1"}},
		{"initialiser of dim 0", func(m M) { m.Graph.Initializer[0].Dims[0] = 0 }, []string{"graph.initializer[0]", "bytes of data"}},
		{"initialiser of huge dims", func(m M) { m.Graph.Initializer[0].Dims[0] = 1 << 61 }, []string{"graph.initializer[0]", "dims[0]"}},
		{"initialiser whose size overflows", func(m M) { m.Graph.Initializer[0].Dims = []int64{1 << 28, 1 << 28, 1 << 28} }, []string{"graph.initializer[0]", "elements"}},
		{"raw data too short", func(m M) { m.Graph.Initializer[0].RawData = m.Graph.Initializer[0].RawData[1:] }, []string{"graph.initializer[0]", "bytes of data"}},
		{"raw data too long", func(m M) { m.Graph.Initializer[0].RawData = append(m.Graph.Initializer[0].RawData, 0) }, []string{"graph.initializer[0]", "bytes of data"}},
		{"data twice", func(m M) { m.Graph.Initializer[0].FloatData = []float32{1} }, []string{"graph.initializer[0]", "twice"}},
		{"data of another type", func(m M) {
			m.Graph.Initializer[0].RawData, m.Graph.Initializer[0].Dims, m.Graph.Initializer[0].Int64Data = nil, []int64{1}, []int64{1}
		}, []string{"graph.initializer[0]", "int64_data"}},
		{"data missing", func(m M) { m.Graph.Initializer[0].RawData = nil }, []string{"graph.initializer[0]", "0 bytes"}},
		{"node without output", func(m M) { m.Graph.Node[0].Output = nil }, []string{"node 0", "no output"}},
		{"value defined twice", func(m M) { m.Graph.Node[1].Output = m.Graph.Node[0].Output }, []string{"node 1", "defined already"}},
		{"undefined input", func(m M) { lastNode(m).Input[0] = "nobody" }, []string{"node", `"nobody" is not defined before`}},
		{"cycle", func(m M) { firstUser(m).Input[0] = lastNode(m).Output[0] }, []string{"node", "not defined before"}},
		{"node of itself", func(m M) { firstUser(m).Input[0] = firstUser(m).Output[0] }, []string{"node", "not defined before"}},
		{"attribute twice", func(m M) {
			n := m.Graph.Node[len(m.Graph.Node)-2]
			n.Attribute = append(n.Attribute, n.Attribute[0])
		}, []string{"node", "there twice"}},
		{"attribute unnamed", func(m M) {
			n := m.Graph.Node[len(m.Graph.Node)-2]
			n.Attribute[0].Name = ""
		}, []string{"node", "unnamed"}},
		{"attribute of no type", func(m M) {
			n := m.Graph.Node[len(m.Graph.Node)-2]
			n.Attribute[0].Type = 0
		}, []string{"attribute", "UNDEFINED"}},
		{"too many nodes", func(m M) {
			for i := range 1<<14 + 1 {
				m.Graph.Node = append(m.Graph.Node, &pb.NodeProto{OpType: "Relu", Input: []string{"z"}, Output: []string{fmt.Sprint("r", i)}})
			}
		}, []string{"graph.node has"}},
		{"external data", func(m M) {
			m.Graph.Initializer[0].DataLocation, m.Graph.Initializer[0].RawData = 1, nil
		}, []string{"graph.initializer[0]", "another file"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := edited(t, c.edit)
			refused(t, len(content), func() error { return loadAndRun(content) }, c.words...)
		})
	}
}

func lastNode(m *pb.ModelProto) *pb.NodeProto { return m.Graph.Node[len(m.Graph.Node)-1] }

// firstUser is the first node that has an input.
func firstUser(m *pb.ModelProto) *pb.NodeProto {
	i := slices.IndexFunc(m.Graph.Node, func(n *pb.NodeProto) bool { return len(n.Input) > 0 })
	return m.Graph.Node[i]
}

func setDim(v *pb.ValueInfoProto, axis int, d int64) {
	v.GetType().GetTensorType().GetShape().Dim[axis].Value = &pb.TensorShapeProto_Dimension_DimValue{DimValue: d}
}

// TestHostileBytes breaks the wire form itself.
func TestHostileBytes(t *testing.T) {
	field := func(number protowire.Number, body []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), body)
	}
	const graphField, nodeField, attributeField, initializerField = 7, 1, 5, 5
	nested := []byte{}
	for range 5000 { // attribute → graph → node → attribute …
		nested = field(graphField, field(nodeField, field(attributeField, field(6, nested))))
		if len(nested) > 1<<16 {
			break
		}
	}
	cases := []struct {
		name    string
		content []byte
		words   []string
	}{
		{"nothing", nil, []string{"an empty file"}},
		{"text", []byte("GIF89a, surely"), []string{"model"}},
		{"varint overflow", append([]byte{0x08}, bytesOf(0xff, 11)...), []string{"model", "cut short"}},
		{"length past the end", []byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 0}, []string{"model.graph", "cut short"}},
		{"length of 2⁶⁴−1", append([]byte{0x3a}, append(bytesOf(0xff, 9), 1)...), []string{"model.graph"}},
		{"wrong wire type", []byte{0x38, 1}, []string{"model.graph", "wire type"}},
		{"group", []byte{0x3b, 0x3c}, []string{"model.graph", "wire type"}},
		{"field 0", []byte{0, 0}, []string{"model"}},
		{"deep nesting", nested, []string{"a subgraph"}},
		{"functions", field(25, nil), []string{"functions"}},
		{"sparse", field(graphField, field(15, nil)), []string{"model.graph", "sparse_initializer"}},
		{"strings", field(graphField, field(initializerField, field(6, []byte("a")))), []string{"model.graph.initializer[0]", "strings"}},
		{"a million empty nodes", field(graphField, repeated(field(nodeField, nil), 1<<20)), []string{"decoding it would take"}},
		{"ten million short integers", field(graphField, field(initializerField, field(7, make([]byte, 15<<20)))), []string{"decoding it would take"}},
		{"eight million integers", field(graphField, field(initializerField, field(7, make([]byte, 8<<20)))), []string{"decoding it would take"}},
		{"packed floats cut", field(graphField, field(initializerField, field(4, make([]byte, 3)))), []string{"not an ONNX file"}},
		{"name of no text", field(2, []byte{0xff, 0xfe}), []string{"not an ONNX file"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			refused(t, len(c.content), func() error { return loadAndRun(c.content) }, c.words...)
		})
	}
}

func bytesOf(b byte, n int) []byte { return repeated([]byte{b}, n) }

func repeated(b []byte, n int) []byte { return []byte(strings.Repeat(string(b), n)) }

// TestTruncated cuts a model at every byte. What is left is refused or, where the
// cut falls between two fields, another model; it never panics.
func TestTruncated(t *testing.T) {
	content := edited(t, func(*pb.ModelProto) {})
	for n := range content {
		err := loadAndRun(content[:n])
		if err == nil {
			continue
		}
		if told := (*fault.Error)(nil); !errors.As(err, &told) || strings.Contains(err.Error(), "it fails") {
			t.Fatalf("cut at byte %d: %v", n, err)
		}
	}
}

// TestManyOperands holds the joining of integers to a time that grows with the
// result, not with the result times the operands.
func TestManyOperands(t *testing.T) {
	const operands, each = 4096, 64
	m := single("Concat", nil, []*pb.TensorProto{int64s("i", slices.Repeat([]int64{3}, each)...)}, intAttr("axis", 0))
	m.Graph.Node[0].Input = slices.Repeat([]string{"i"}, operands)
	m.Graph.Output[0] = port("y", onnxrun.Int64, operands*each)
	content := marshal(t, m)
	start := spent(t)
	if err := loadAndRun(content); err != nil {
		t.Fatal(err)
	}
	if took := spent(t) - start; took > time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestHostileInputs declares inputs that nobody can feed.
func TestHostileInputs(t *testing.T) {
	cases := []struct {
		name  string
		dims  []int64
		words []string
	}{
		{"long latents", []int64{open, 1 << 28}, []string{"at most 1048576 are drawn"}},
		{"large batch", []int64{1 << 27, 2}, []string{"its batch of 134217728"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := marshal(t, single("Relu", [][]int64{c.dims}, nil))
			refused(t, len(content), func() error {
				m, err := onnxrun.Load(content, onnxrun.Options{})
				if err == nil {
					_, err = onnxrun.NewGenerator(m)
				}
				return err
			}, c.words...)
		})
	}
	t.Run("zeros", func(t *testing.T) {
		content := marshal(t, single("Relu", [][]int64{{1, 1 << 28}}, nil))
		refused(t, len(content), func() error {
			m, err := onnxrun.Load(content, onnxrun.Options{})
			if err == nil {
				_, err = m.Zeros(1)
			}
			return err
		}, `input "x0"`, "MiB")
	})
}

func TestChain(t *testing.T) {
	if err := loadAndRun(marshal(t, chain())); err != nil {
		t.Fatal(err)
	}
}

// TestLongChains holds compilation to a time that grows with the file: thousands
// of nodes on one another, and on one value.
func TestLongChains(t *testing.T) {
	const nodes = 4000
	for _, op := range []string{"Add", "MatMul", "Transpose", "Softmax", "Concat", "Slice"} {
		t.Run(op, func(t *testing.T) {
			m := single("Relu", [][]int64{{4, 4}}, []*pb.TensorProto{int64s("first", 0), int64s("end", 4)})
			m.Graph.Node[0].Input = m.Graph.Node[0].Input[:1]
			value := "y"
			for i := range nodes {
				n := &pb.NodeProto{OpType: op, Input: []string{value, "x0"}, Output: []string{fmt.Sprint("v", i)}}
				switch op {
				case "Transpose", "Softmax":
					n.Input = n.Input[:1]
				case "Concat":
					n.Input, n.Attribute = n.Input[:1], []*pb.AttributeProto{intAttr("axis", 0)}
				case "Slice":
					n.Input = []string{value, "first", "end"}
				}
				m.Graph.Node = append(m.Graph.Node, n)
				value = n.Output[0]
			}
			m.Graph.Output[0].Name = value
			content := marshal(t, m)
			start := spent(t)
			if err := loadAndRun(content); err != nil {
				t.Error(err)
			}
			if took := spent(t) - start; took > 10*time.Second {
				t.Errorf("%d nodes take %v", nodes, took)
			} else {
				t.Log(took)
			}
		})
	}
}

// TestLongWork has chains whose values are few and whose functions are slow: they
// are refused by what they would take, before they run.
func TestLongWork(t *testing.T) {
	const nodes, side = 3000, 1024
	shape := []int64{1, 1, side, side}
	cubic := stringAttr("mode", "cubic")
	for _, c := range []struct {
		op         string
		operands   []string
		attributes []*pb.AttributeProto
	}{
		{"Erf", nil, nil},
		{"Acos", nil, nil},
		{"Round", nil, nil},
		{"Mod", []string{"number"}, []*pb.AttributeProto{intAttr("fmod", 1)}},
		{"Pow", []string{"number"}, nil},
		{"CumSum", []string{"axis"}, nil},
		{"Resize", []string{"none", "", "sizes"}, []*pb.AttributeProto{cubic, stringAttr("coordinate_transformation_mode", "align_corners")}},
	} {
		t.Run(c.op, func(t *testing.T) {
			m := single("Relu", [][]int64{shape}, []*pb.TensorProto{
				scalar("number", 1.01), float32s("none", []int64{0}), int64s("sizes", 1, 1, side-1, side-1), int64s("more", 1, 1, side, side), int64s("axis", 3),
			})
			m.Graph.Node[0].Input = m.Graph.Node[0].Input[:1]
			value := "y"
			for i := range nodes {
				n := &pb.NodeProto{OpType: c.op, Name: fmt.Sprint("n", i), Input: append([]string{value}, c.operands...), Output: []string{fmt.Sprint("v", i)}, Attribute: c.attributes}
				if c.op == "Resize" && i%2 == 1 {
					n.Input[3] = "more"
				}
				m.Graph.Node = append(m.Graph.Node, n)
				value = n.Output[0]
			}
			m.Graph.Output[0].Name = value
			content := marshal(t, m)
			refused(t, len(content), func() error { return loadAndRun(content) }, c.op, "operations a run may take")
		})
	}
}
