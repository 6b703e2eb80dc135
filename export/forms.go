package export

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// form writes one op of the graph in ONNX and returns its value. All forms hold
// for opset 13 to 17.
type form func(s *site, in []*value) *value

// forms has every op that has an ONNX form. Random numbers have none on
// purpose: consumers draw different ones, so noise comes in through an input.
var forms = map[graph.Op]form{
	graph.OpNeg: same, graph.OpAbs: same, graph.OpSign: same, graph.OpSqrt: same,
	graph.OpReciprocal: same, graph.OpExp: same, graph.OpLog: same, graph.OpSin: same,
	graph.OpCos: same, graph.OpTanh: same, graph.OpSigmoid: same, graph.OpSoftplus: same,
	graph.OpRelu: same, graph.OpAdd: same, graph.OpSub: same, graph.OpMul: same,
	graph.OpDiv: same, graph.OpMax: same, graph.OpMin: same,

	graph.OpLeakyRelu:    leakyRelu,
	graph.OpGreater:      comparison,
	graph.OpEqual:        comparison,
	graph.OpWhere:        where,
	graph.OpExpand:       expand,
	graph.OpStopGradient: stopGradient,

	graph.OpGreaterOrEqual: comparison,

	graph.OpGemm:          gemm,
	graph.OpConv:          convolution,
	graph.OpConvTranspose: convolution,

	graph.OpReduceSum: reduceSum,
	graph.OpReduceMax: reduceMax,

	graph.OpReshape:   reshape,
	graph.OpTranspose: transpose,
	graph.OpConcat:    concat,
	graph.OpSlice:     slice,

	graph.OpBatchNormalization: batchNormalization,
}

// same is for the ops that ONNX has under the same name and without attributes.
func same(s *site, in []*value) *value {
	return s.add(s.node.Op().String(), nil, s.node.Shape(), s.fill(in)...)
}

// fill repeats results to the shape of the node: OpenCV broadcasts constants
// rightly, and results against each other wrongly at some batches.
func (s *site) fill(in []*value) []*value {
	out := slices.Clone(in)
	for i, v := range out {
		if v.batch {
			out[i] = s.repeat(v, s.node.Shape())
		}
	}
	return out
}

// repeat joins copies of a result along the axes of extent 1, up to the shape.
func (s *site) repeat(x *value, target tensor.Shape) *value {
	for axis, d := range target {
		if d == x.shape[axis] {
			continue
		}
		shape := x.shape.Clone()
		shape[axis] = d
		x = s.add("Concat", map[string]any{"axis": int64(axis)}, shape, slices.Repeat([]*value{x}, d)...)
	}
	return x
}

func leakyRelu(s *site, in []*value) *value {
	alpha := s.node.Attr().(graph.AlphaAttr).Alpha
	return s.add("LeakyRelu", map[string]any{"alpha": alpha}, s.node.Shape(), in...)
}

// comparison gives 1 or 0, where ONNX gives booleans.
func comparison(s *site, in []*value) *value {
	truth := s.add(s.node.Op().String(), nil, s.node.Shape(), s.fill(in)...)
	return s.add("Cast", map[string]any{"to": typeFloat}, s.node.Shape(), truth)
}

func where(s *site, in []*value) *value {
	truth := s.add("Cast", map[string]any{"to": typeBool}, in[0].shape, in[0])
	truth.batch = in[0].batch
	return s.add("Where", nil, s.node.Shape(), truth, in[1], in[2])
}

// expand joins copies: OpenCV's Expand loses the batch without a word.
// Constants, which are folded, keep the operator.
func expand(s *site, in []*value) *value {
	target := s.node.Shape()
	if s.batch {
		return s.repeat(in[0], target)
	}
	return s.add("Expand", nil, target, in[0], integers(int64s(target...)...))
}

func stopGradient(s *site, in []*value) *value {
	return s.add("Identity", nil, s.node.Shape(), in[0])
}

func gemm(s *site, in []*value) *value {
	a := s.node.Attr().(graph.GemmAttr)
	return s.add("Gemm", map[string]any{
		"alpha": float32(1), "beta": float32(1), "transA": number(a.TransA), "transB": number(a.TransB),
	}, s.node.Shape(), in...)
}

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// convolution spells out every attribute: consumers disagree about defaults.
func convolution(s *site, in []*value) *value {
	a, kernel := s.node.Attr().(graph.ConvAttr), in[1].shape
	attributes := map[string]any{
		"kernel_shape": int64s(kernel[2], kernel[3]),
		"strides":      int64s(a.StrideH, a.StrideW),
		"pads":         int64s(a.PadTop, a.PadLeft, a.PadBottom, a.PadRight),
		"dilations":    int64s(a.DilationH, a.DilationW),
		"group":        int64(1),
	}
	if s.node.Op() == graph.OpConvTranspose {
		attributes["output_padding"] = int64s(a.OutputPaddingBottom, a.OutputPaddingRight)
	}
	return s.add(s.node.Op().String(), attributes, s.node.Shape(), in...)
}

func axes(n *graph.Node) (list []int64, count int) {
	set, count := n.Attr().(graph.AxesAttr), 1
	for i, d := range n.Operands()[0].Shape() {
		if set.Has(i) {
			list, count = append(list, int64(i)), count*d
		}
	}
	return list, count
}

// reduceSum is a mean times a count: the axes of ReduceSum are an input in opset
// 13, which OpenCV refuses, while those of ReduceMean are an attribute until 18.
func reduceSum(s *site, in []*value) *value {
	list, count := axes(s.node)
	mean := s.add("ReduceMean", map[string]any{"axes": list, "keepdims": int64(1)}, s.node.Shape(), in[0])
	return s.add("Mul", nil, s.node.Shape(), mean, floats("", tensor.Of([]float32{float32(count)}, 1)))
}

func reduceMax(s *site, in []*value) *value {
	list, _ := axes(s.node)
	return s.add("ReduceMax", map[string]any{"axes": list, "keepdims": int64(1)}, s.node.Shape(), in[0])
}

func reshape(s *site, in []*value) *value {
	return s.add("Reshape", nil, s.node.Shape(), in[0], s.open(s.node.Shape()))
}

func transpose(s *site, in []*value) *value {
	a := s.node.Attr().(graph.PermAttr)
	return s.add("Transpose", map[string]any{"perm": int64s(a.Perm[:a.Rank]...)}, s.node.Shape(), in[0])
}

func concat(s *site, in []*value) *value {
	axis := s.node.Attr().(graph.AxisAttr).Axis
	return s.add("Concat", map[string]any{"axis": int64(axis)}, s.node.Shape(), in...)
}

func slice(s *site, in []*value) *value {
	a := s.node.Attr().(graph.SliceAttr)
	return s.add("Slice", nil, s.node.Shape(), in[0],
		integers(int64(a.Start)), integers(int64(a.End)), integers(int64(a.Axis)), integers(1))
}

func batchNormalization(s *site, in []*value) *value {
	epsilon := s.node.Attr().(graph.EpsilonAttr).Epsilon
	return s.add("BatchNormalization", map[string]any{"epsilon": epsilon}, s.node.Shape(), in...)
}
