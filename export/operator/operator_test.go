package operator_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// attributes in the form decoders give them.
type attributes = map[string]any

func filled(values []float32, shape ...int) *tensor.Tensor { return tensor.Of(values, shape...) }

// grid is 2×3: 1 2 3 / 4 5 6.
func grid() *tensor.Tensor { return filled([]float32{1, 2, 3, 4, 5, 6}, 2, 3) }

// apply calls an operator on tensors and integer lists (nil: left out) and runs
// it.
func apply(op string, a attributes, inputs ...any) (*tensor.Tensor, error) {
	g := graph.New(op)
	call := operator.Call{Operator: op, Attributes: a}
	for _, in := range inputs {
		switch v := in.(type) {
		case *tensor.Tensor:
			call.Inputs = append(call.Inputs, operator.Value{Node: g.Constant(v)})
		case []int64:
			call.Inputs = append(call.Inputs, operator.Value{Ints: v})
		default:
			call.Inputs = append(call.Inputs, operator.Value{})
		}
	}
	y, err := operator.Apply(g, call)
	if err != nil {
		return nil, err
	}
	g.Output("y", y.Node)
	exe, err := g.Compile(graph.Options{})
	if err != nil {
		return nil, err
	}
	exe.Run(0)
	return exe.Output("y").Clone(), nil
}

// TestForms has the forms that the writer does not use and a reader meets;
// those it uses are run by the tests of package export. Values by hand.
func TestForms(t *testing.T) {
	scalar := func(v float32) *tensor.Tensor { return filled([]float32{v}) }
	cases := []struct {
		name   string
		op     string
		a      attributes
		inputs []any
		want   *tensor.Tensor
	}{
		{"Clip by inputs", "Clip", nil, []any{grid(), scalar(2), scalar(4)}, filled([]float32{2, 2, 3, 4, 4, 4}, 2, 3)},
		{"Clip from above only", "Clip", nil, []any{grid(), nil, scalar(4)}, filled([]float32{1, 2, 3, 4, 4, 4}, 2, 3)},
		{"Clip by attributes", "Clip", attributes{"min": float32(3)}, []any{grid()}, filled([]float32{3, 3, 3, 4, 5, 6}, 2, 3)},
		{"Sum of three", "Sum", nil, []any{grid(), grid(), scalar(1)}, filled([]float32{3, 5, 7, 9, 11, 13}, 2, 3)},
		{"Dropout", "Dropout", attributes{"ratio": float32(0.9)}, []any{grid()}, grid()},
		{"Cast to bool", "Cast", attributes{"to": int64(9)}, []any{filled([]float32{0, -2}, 2)}, filled([]float32{0, 1}, 2)},
		{"MatMul", "MatMul", nil, []any{grid(), filled([]float32{1, 0, 1}, 3, 1)}, filled([]float32{4, 10}, 2, 1)},
		{"Gemm scaled and turned", "Gemm", attributes{"alpha": float32(2), "beta": float32(3), "transA": int64(1)},
			[]any{grid(), filled([]float32{1, 1}, 2, 1), filled([]float32{1}, 1)}, filled([]float32{13, 17, 21}, 3, 1)},
		{"Flatten", "Flatten", attributes{"axis": int64(0)}, []any{grid()}, filled([]float32{1, 2, 3, 4, 5, 6}, 1, 6)},
		{"Flatten from the end", "Flatten", attributes{"axis": int64(-1)}, []any{grid()}, grid()},
		{"Reshape with 0 and −1", "Reshape", nil, []any{grid(), []int64{0, -1, 1}}, filled(grid().Data, 2, 3, 1)},
		{"Unsqueeze by input", "Unsqueeze", nil, []any{grid(), []int64{0, -1}}, filled(grid().Data, 1, 2, 3, 1)},
		{"Unsqueeze by attribute", "Unsqueeze", attributes{"axes": []int64{1}}, []any{grid()}, filled(grid().Data, 2, 1, 3)},
		{"Squeeze of all", "Squeeze", nil, []any{filled([]float32{1, 2}, 1, 2, 1)}, filled([]float32{1, 2}, 2)},
		{"Squeeze of one", "Squeeze", nil, []any{filled([]float32{1, 2}, 1, 2, 1), []int64{-1}}, filled([]float32{1, 2}, 1, 2)},
		{"Expand both ways", "Expand", nil, []any{filled([]float32{1, 2}, 2, 1), []int64{1, 2}}, filled([]float32{1, 1, 2, 2}, 2, 2)},
		{"Transpose by default", "Transpose", nil, []any{grid()}, filled([]float32{1, 4, 2, 5, 3, 6}, 3, 2)},
		{"Concat from the end", "Concat", attributes{"axis": int64(-1)}, []any{grid(), filled([]float32{7, 8}, 2, 1)}, filled([]float32{1, 2, 3, 7, 4, 5, 6, 8}, 2, 4)},
		{"Slice from the end", "Slice", nil, []any{grid(), []int64{-2}, []int64{math.MaxInt64}, []int64{1}}, filled([]float32{2, 3, 5, 6}, 2, 2)},
		{"Slice of two axes", "Slice", nil, []any{grid(), []int64{1, 0}, []int64{2, 2}}, filled([]float32{4, 5}, 1, 2)},
		{"ReduceMean without the axis", "ReduceMean", attributes{"axes": []int64{-1}, "keepdims": int64(0)}, []any{grid()}, filled([]float32{2, 5}, 2)},
		{"ReduceSum by input", "ReduceSum", nil, []any{grid(), []int64{0}}, filled([]float32{5, 7, 9}, 1, 3)},
		{"ReduceMax of all", "ReduceMax", attributes{"keepdims": int64(0)}, []any{grid()}, scalar(6)},
		{"Softmax", "Softmax", attributes{"axis": int64(-1)}, []any{filled([]float32{0, 0, 1000, 1000}, 2, 2)}, filled([]float32{.5, .5, .5, .5}, 2, 2)},
		{"LogSoftmax", "LogSoftmax", attributes{"axis": int64(1)}, []any{filled([]float32{0, 1000}, 1, 2)}, filled([]float32{-1000, 0}, 1, 2)},
		{"Constant of floats", "Constant", attributes{"value_floats": []float32{1, 2}}, nil, filled([]float32{1, 2}, 2)},
		{"Identity", "Identity", nil, []any{grid()}, grid()},
		{"Conv by defaults", "Conv", nil, []any{filled([]float32{1, 2, 3, 4}, 1, 1, 2, 2), filled([]float32{1, 1, 1, 1}, 1, 1, 2, 2), filled([]float32{5}, 1)},
			filled([]float32{15}, 1, 1, 1, 1)},
	}
	for _, c := range cases {
		got, err := apply(c.op, c.a, c.inputs...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !got.Shape.Equal(c.want.Shape) {
			t.Errorf("%s: shape %v; want %v", c.name, got.Shape, c.want.Shape)
			continue
		}
		for i, v := range got.Data {
			if math.Abs(float64(v-c.want.Data[i])) > 1e-6 {
				t.Errorf("%s: %v; want %v", c.name, got.Data, c.want.Data)
				break
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	image, kernel := tensor.New(1, 2, 4, 4), tensor.New(3, 2, 2, 2)
	cases := []struct {
		name, op, want string
		a              attributes
		inputs         []any
	}{
		{"attribute nobody knows", "Relu", "attribute beta is not supported", attributes{"beta": int64(1)}, []any{grid()}},
		{"attribute of another type", "Concat", "wrong type", attributes{"axis": float32(1)}, []any{grid()}},
		{"operand left out", "Add", "input 1 is missing", nil, []any{grid(), nil}},
		{"integers for floats", "Add", "holds integers", nil, []any{grid(), []int64{1}}},
		{"floats for integers", "Reshape", "holds float32", nil, []any{grid(), grid()}},
		{"shapes that differ", "Add", "do not broadcast", nil, []any{grid(), tensor.New(4)}},
		{"axis out of range", "Concat", "no axis 2", attributes{"axis": int64(2)}, []any{grid(), grid()}},
		{"axis twice", "ReduceSum", "twice", nil, []any{grid(), []int64{1, -1}}},
		{"softmax of columns", "Softmax", "than the last", attributes{"axis": int64(0)}, []any{grid()}},
		{"softmax of an axis left open", "LogSoftmax", "than the last", nil, []any{grid()}},
		{"kernel_shape that lies", "Conv", "kernel_shape", attributes{"kernel_shape": []int64{3, 3}}, []any{image, kernel}},
		{"groups", "Conv", "group = 2", attributes{"group": int64(2)}, []any{image, kernel}},
		{"bias of another length", "Conv", "bias", nil, []any{image, kernel, tensor.New(2)}},
		{"output_shape", "ConvTranspose", "output_shape", attributes{"output_shape": []int64{9, 9}}, []any{tensor.New(1, 3, 4, 4), kernel}},
		{"training mode", "BatchNormalization", "training_mode", attributes{"training_mode": int64(1)},
			[]any{image, tensor.New(2), tensor.New(2), tensor.New(2), tensor.New(2)}},
		{"C that widens the product", "Gemm", "does not fit", nil, []any{tensor.New(1, 3), tensor.New(3, 2), tensor.New(4, 2)}},
		{"step", "Slice", "step of 2", nil, []any{grid(), []int64{0}, []int64{2}, []int64{0}, []int64{2}}},
		{"empty slice", "Slice", "cannot take", nil, []any{grid(), []int64{2}, []int64{1}, []int64{0}}},
		{"expansion beyond bounds", "Expand", "more than", nil, []any{grid(), []int64{1 << 20, 1 << 10, 2, 3}}},
		{"too many axes", "Unsqueeze", "axes", nil, []any{grid(), []int64{0, 1, 2, 3, 4, 5, 6}}},
		{"cast to half", "Cast", "data type 10", attributes{"to": int64(10)}, []any{grid()}},
	}
	for _, c := range cases {
		if _, err := apply(c.op, c.a, c.inputs...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
	if _, err := apply("Einsum", nil, grid()); !errors.Is(err, operator.ErrUnknown) {
		t.Errorf("unknown operator: %v", err)
	}
}
