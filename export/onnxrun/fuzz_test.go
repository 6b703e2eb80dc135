package onnxrun_test

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// fuzzMemory bounds what a made-up model may take: with the bound for a batch, of
// up to gigabytes, most of the time would go into the machine's clearing of pages.
const fuzzMemory = 128 << 20

// orderly fails when a model made the runtime panic or took long.
func orderly(t *testing.T, f func() error) {
	t.Helper()
	start := spent(t)
	err := f()
	if err != nil && strings.Contains(err.Error(), "it fails:") {
		t.Fatal(err)
	}
	if took := spent(t) - start; took > 10*time.Second {
		t.Fatalf("it took %v: %v", took, err)
	}
}

// chain is a small model that goes through most of the runtime: shapes worked out
// from the input, an embedding, a transposed convolution with batch norm.
func chain() *pb.ModelProto {
	n := func(op string, inputs []string, output string, attributes ...*pb.AttributeProto) *pb.NodeProto {
		return &pb.NodeProto{OpType: op, Name: op, Input: inputs, Output: []string{output}, Attribute: attributes}
	}
	return &pb.ModelProto{IrVersion: 7, OpsetImport: []*pb.OperatorSetIdProto{{Version: 13}}, Graph: &pb.GraphProto{
		Input:  []*pb.ValueInfoProto{port("z", onnxrun.Float32, open, 2), port("y", onnxrun.Int64, open)},
		Output: []*pb.ValueInfoProto{port("image", onnxrun.Float32, open, 1, 4, 4), port("best", onnxrun.Int64, open)},
		Initializer: []*pb.TensorProto{
			int64s("zero", 0), int64s("rest", 1, 2, 2), float32s("table", []int64{2, 2}, 1, 2, 3, 4),
			float32s("w", []int64{1, 1, 2, 2}, .1, .2, .3, .4), float32s("s", []int64{1}, 2), float32s("b", []int64{1}, -1),
		},
		Node: []*pb.NodeProto{
			n("Gather", []string{"table", "y"}, "e"),
			n("Concat", []string{"z", "e"}, "h", intAttr("axis", 1)),
			n("Shape", []string{"h"}, "shape"),
			n("Gather", []string{"shape", "zero"}, "count"),
			n("Concat", []string{"count", "rest"}, "target", intAttr("axis", 0)),
			n("Reshape", []string{"h", "target"}, "r"),
			n("ConvTranspose", []string{"r", "w"}, "c", intsAttr("strides", 2, 2)),
			n("BatchNormalization", []string{"c", "s", "b", "b", "s"}, "n"),
			n("Tanh", []string{"n"}, "image"),
			n("Flatten", []string{"n"}, "flat"),
			n("ArgMax", []string{"flat"}, "best", intAttr("axis", 1), intAttr("keepdims", 0)),
		},
	}}
}

// FuzzModel feeds bytes: small models, because the larger ones only slow it down.
func FuzzModel(f *testing.F) {
	f.Add(marshal(f, chain()))
	f.Add(marshal(f, single("Resize", [][]int64{{1, 1, 2, 2}}, []*pb.TensorProto{float32s("roi", []int64{0}), float32s("s", []int64{4}, 1, 1, 2, 2)})))
	f.Add(marshal(f, single("MaxPool", [][]int64{{1, 1, 4, 4}}, nil, intsAttr("kernel_shape", 2, 2), intsAttr("strides", 2, 2))))
	f.Fuzz(func(t *testing.T, content []byte) {
		orderly(t, func() error { return loadAndRunIn(content, onnxrun.Options{MaxMemory: fuzzMemory}) })
	})
}

// FuzzOperator makes a model of one node: of any operator, with attributes,
// shapes, types and integers from the bytes.
func FuzzOperator(f *testing.F) {
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range onnxrun.Operators() {
			if !yield(name) {
				return
			}
		}
	})
	for i := range names {
		f.Add(uint16(i), []byte{2, 4, 1, 4, 8, 8, 4, 4, 4, 3, 3, 1, 2, 0, 0, 0, 0})
		f.Add(uint16(i), []byte{1, 2, 3, 4, 2, 1, 0, 1, 1, 7, 3, 3, 1, 0, 2})
	}
	f.Fuzz(func(t *testing.T, op uint16, choices []byte) {
		m := madeUp(names[int(op)%len(names)], &source{choices})
		content := marshal(t, m)
		orderly(t, func() error { return loadAndRunIn(content, onnxrun.Options{MaxMemory: fuzzMemory}) })
	})
}

// source gives numbers out of fuzzed bytes; zeros when they are used up.
type source struct{ rest []byte }

func (s *source) byte() byte {
	if len(s.rest) == 0 {
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

// int is small most of the time.
func (s *source) int() int64 {
	switch b := s.byte(); {
	case b < 200:
		return int64(b%16) - 3
	case b < 230:
		return int64(b) - 200
	case b < 250:
		return int64(1) << (b - 220) << (s.byte() % 32)
	default:
		return []int64{math.MaxInt64, math.MinInt64, -1 << 31, 1 << 28, 1<<31 - 1, 0}[b-250]
	}
}

func (s *source) ints() []int64 {
	list := make([]int64, s.byte()%6)
	for i := range list {
		list[i] = s.int()
	}
	return list
}

func (s *source) float() float32 {
	if b := s.byte(); b < 200 {
		return float32(b)/16 - 4
	}
	var bits [4]byte
	for i := range bits {
		bits[i] = s.byte()
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(bits[:]))
}

// attributeNames are those that the operators ask for, each with its kind.
var attributeNames = []struct {
	name string
	kind byte
}{
	{"alpha", 'f'}, {"beta", 'f'}, {"gamma", 'f'}, {"epsilon", 'f'}, {"bias", 'f'}, {"lambd", 'f'}, {"ratio", 'f'},
	{"min", 'f'}, {"max", 'f'}, {"extrapolation_value", 'f'}, {"cubic_coeff_a", 'f'}, {"momentum", 'f'},
	{"axis", 'i'}, {"axes", 'l'}, {"keepdims", 'i'}, {"perm", 'l'}, {"group", 'i'}, {"strides", 'l'}, {"pads", 'l'},
	{"dilations", 'l'}, {"kernel_shape", 'l'}, {"output_padding", 'l'}, {"output_shape", 'l'}, {"ceil_mode", 'i'},
	{"count_include_pad", 'i'}, {"storage_order", 'i'}, {"blocksize", 'i'}, {"to", 'i'}, {"k", 'i'}, {"dtype", 'i'},
	{"size", 'i'}, {"p", 'i'}, {"start", 'i'}, {"end", 'i'}, {"largest", 'i'}, {"sorted", 'i'}, {"batch_dims", 'i'},
	{"batch_axis", 'i'}, {"time_axis", 'i'}, {"exclusive", 'i'}, {"reverse", 'i'}, {"upper", 'i'}, {"split", 'l'},
	{"transA", 'i'}, {"transB", 'i'}, {"fmod", 'i'}, {"ignore_index", 'i'}, {"select_last_index", 'i'},
	{"align_corners", 'i'}, {"exclude_outside", 'i'}, {"allowzero", 'i'}, {"training_mode", 'i'}, {"value", 't'},
	{"mode", 's'}, {"auto_pad", 's'}, {"reduction", 's'}, {"padding_mode", 's'}, {"nearest_mode", 's'},
	{"coordinate_transformation_mode", 's'}, {"direction", 's'},
}

var attributeWords = []string{
	"nearest", "linear", "cubic", "bilinear", "bicubic", "constant", "edge", "reflect", "SAME_UPPER", "SAME_LOWER", "VALID",
	"none", "sum", "mean", "add", "mul", "zeros", "border", "reflection", "floor", "ceil", "round_prefer_ceil",
	"asymmetric", "align_corners", "half_pixel", "tf_crop_and_resize", "LEFT", "RIGHT", "DCR", "CRD", "",
}

var fuzzedTypes = []onnxrun.Type{
	onnxrun.Float32, onnxrun.Float32, onnxrun.Float32, onnxrun.Int64, onnxrun.Int64, onnxrun.Int32, onnxrun.Bool,
	onnxrun.Uint8, onnxrun.Float64, onnxrun.Float16, onnxrun.Uint64,
}

func madeUp(op string, s *source) *pb.ModelProto {
	m := single(op, nil, nil)
	n, g := m.Graph.Node[0], m.Graph
	m.OpsetImport[0].Version = 17 - int64(s.byte()%12)
	for i := range int(s.byte() % 5) {
		name := string(rune('a' + i))
		switch s.byte() % 4 {
		case 0, 1:
			var dims []int64
			for range s.byte() % 5 {
				dims = append(dims, int64(s.byte()%9))
			}
			g.Input = append(g.Input, port(name, fuzzedTypes[int(s.byte())%len(fuzzedTypes)], dims...))
		case 2:
			g.Initializer = append(g.Initializer, int64s(name, s.ints()...))
		default:
			list := make([]float32, s.byte()%9)
			for i := range list {
				list[i] = s.float()
			}
			g.Initializer = append(g.Initializer, float32s(name, []int64{int64(len(list))}, list...))
		}
		n.Input = append(n.Input, name)
	}
	for range s.byte() % 4 {
		a := attributeNames[int(s.byte())%len(attributeNames)]
		switch a.kind {
		case 'i':
			n.Attribute = append(n.Attribute, intAttr(a.name, s.int()))
		case 'l':
			n.Attribute = append(n.Attribute, intsAttr(a.name, s.ints()...))
		case 'f':
			n.Attribute = append(n.Attribute, floatAttr(a.name, s.float()))
		case 't':
			n.Attribute = append(n.Attribute, &pb.AttributeProto{Name: a.name, Type: pb.AttributeProto_TENSOR, T: int64s("", s.ints()...)})
		default:
			n.Attribute = append(n.Attribute, stringAttr(a.name, attributeWords[int(s.byte())%len(attributeWords)]))
		}
	}
	g.Output[0].GetType().GetTensorType().ElemType = int32(fuzzedTypes[int(s.byte())%len(fuzzedTypes)])
	return m
}
