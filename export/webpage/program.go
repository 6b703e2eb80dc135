package webpage

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// program is a model as executor.js runs it. It is written by encoding/json,
// which sorts the keys of maps: the same model gives the same page.
type program struct {
	Nodes   []map[string]any    `json:"nodes"`
	Tensors map[string]constant `json:"tensors"`

	output      string
	firstWeight *tensor.Tensor // of the Gemm that z enters, out×in; nil: none does
}

// constant is an initialiser: integers in place, numbers in the blob.
type constant struct {
	Dims []int64 `json:"dims"`
	Ints []int64 `json:"ints,omitempty"`
	At   *int    `json:"at,omitempty"` // bytes
	Type string  `json:"type,omitempty"`
}

// operators are those of executor.js.
var operators = []string{
	"Gemm", "Conv", "ConvTranspose", "LeakyRelu", "Reshape", "Concat", "Transpose", "ReduceMean",
	"Relu", "Tanh", "Exp", "Log", "Sqrt", "Abs", "Sin", "Cos", "Sign", "Neg", "Reciprocal", "Identity", "Sigmoid", "Softplus",
	"Add", "Sub", "Mul", "Div", "Max", "Min",
}

// inputs that page.js knows how to fill, beside those of codes.
var inputs = []string{latent.Noise, "y"}

// minHalf is the fewest numbers that are worth giving up precision for.
const minHalf = 256

// compile turns a model, with inputs for the named codes, into the page's program
// and the bytes of its weights.
func compile(model []byte, codes []string, half bool) (*program, []byte, error) {
	file := &pb.ModelProto{}
	if err := proto.Unmarshal(model, file); err != nil {
		return nil, nil, fault.Wrap(fault.Data, err, "the model for the page cannot be read", "", "")
	}
	g := file.GetGraph()
	for _, in := range g.GetInput() {
		if !slices.Contains(inputs, in.GetName()) && !slices.Contains(codes, in.GetName()) {
			return nil, nil, unsuited("input %s", in.GetName())
		}
	}
	p := &program{Tensors: map[string]constant{}, output: g.GetOutput()[0].GetName()}
	var blob []byte
	values := map[string]*tensor.Tensor{}
	for _, t := range g.GetInitializer() {
		c := constant{Dims: t.GetDims()}
		switch list := rewrite.Floats(t); {
		case list != nil:
			values[t.GetName()] = tensor.Of(list, extents(t.GetDims())...)
			at := len(blob)
			c.At, c.Type = &at, "float32"
			if half && len(list) >= minHalf {
				c.Type = "float16"
				for _, v := range list {
					blob = binary.LittleEndian.AppendUint16(blob, uint16(onnxrun.HalfOf(float64(v))))
				}
			} else {
				blob = append(blob, littleEndian(list)...)
			}
			for len(blob)%4 != 0 {
				blob = append(blob, 0)
			}
		case t.GetDataType() == int32(pb.TensorProto_INT64):
			for raw := t.GetRawData(); len(raw) >= 8; raw = raw[8:] {
				c.Ints = append(c.Ints, int64(binary.LittleEndian.Uint64(raw)))
			}
		default:
			return nil, nil, unsuited("%s of type %v", t.GetName(), pb.TensorProto_DataType(t.GetDataType()))
		}
		p.Tensors[t.GetName()] = c
	}
	for _, n := range g.GetNode() {
		if err := p.add(n, values); err != nil {
			return nil, nil, err
		}
	}
	return p, blob, nil
}

// add appends a node. Consumers' defaults play no part: package export writes
// every attribute.
func (p *program) add(n *pb.NodeProto, values map[string]*tensor.Tensor) error {
	op := n.GetOpType()
	if !slices.Contains(operators, op) {
		return unsuited("operator %s, of node %s", op, n.GetName())
	}
	node := map[string]any{"op": op, "in": n.GetInput(), "out": n.GetOutput()[0]}
	for _, a := range n.GetAttribute() {
		switch a.GetType() {
		case pb.AttributeProto_INT:
			node[a.GetName()] = a.GetI()
		case pb.AttributeProto_INTS:
			node[a.GetName()] = a.GetInts()
		case pb.AttributeProto_FLOAT:
			node[a.GetName()] = a.GetF()
		default:
			return unsuited("attribute %s of node %s", a.GetName(), n.GetName())
		}
	}
	if weighted := op == "Gemm" || strings.HasPrefix(op, "Conv"); weighted && values[n.GetInput()[1]] == nil {
		return unsuited("node %s, whose weights are computed", n.GetName())
	}
	if group, ok := node["group"]; ok && group != int64(1) {
		return unsuited("node %s, of several groups", n.GetName())
	}
	if op == "Gemm" {
		if node["transB"] != int64(1) || node["transA"] != int64(0) {
			return unsuited("node %s, whose weights are not out×in", n.GetName())
		}
		if p.firstWeight == nil {
			p.firstWeight = values[n.GetInput()[1]]
		}
	}
	p.Nodes = append(p.Nodes, node)
	return nil
}

func unsuited(what string, args ...any) error {
	return fault.New(fault.Usage, "the page cannot run this generator: it has no "+fmt.Sprintf(what, args...), "--out .html", "export it as .onnx")
}

func extents(dims []int64) []int {
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	return shape
}

// littleEndian is the bytes of numbers.
func littleEndian(list []float32) []byte {
	raw := make([]byte, 0, 4*len(list))
	for _, v := range list {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return raw
}
