package export_test

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// expressions has every op that can be exported, on x of shape N×2×3.
var expressions = []struct {
	name string
	make func(x *graph.Node) *graph.Node
}{
	{"Neg", (*graph.Node).Neg},
	{"Abs", (*graph.Node).Abs},
	{"Sign", (*graph.Node).Sign},
	{"Sqrt", func(x *graph.Node) *graph.Node { return x.Abs().Sqrt() }},
	{"Reciprocal", func(x *graph.Node) *graph.Node { return x.Square().Add(1).Reciprocal() }},
	{"Exp", (*graph.Node).Exp},
	{"Log", func(x *graph.Node) *graph.Node { return x.Abs().Add(0.5).Log() }},
	{"Sin", (*graph.Node).Sin},
	{"Cos", (*graph.Node).Cos},
	{"Tanh", (*graph.Node).Tanh},
	{"Sigmoid", (*graph.Node).Sigmoid},
	{"Softplus", (*graph.Node).Softplus},
	{"Relu", (*graph.Node).Relu},
	{"LeakyRelu", func(x *graph.Node) *graph.Node { return x.LeakyRelu(0.3) }},
	{"Add", func(x *graph.Node) *graph.Node { return x.Add(x.Tanh()) }},
	{"Sub", func(x *graph.Node) *graph.Node { return x.Sub(x.Tanh()).Sub(0.5) }},
	{"Mul", func(x *graph.Node) *graph.Node { return x.Mul(x) }},
	{"Div", func(x *graph.Node) *graph.Node { return x.Div(x.Abs().Add(1)) }},
	{"Max", func(x *graph.Node) *graph.Node { return x.Max(x.Neg().Mul(0.5)).Max(0.1) }},
	{"Min", func(x *graph.Node) *graph.Node { return x.Min(x.Neg().Mul(0.5)).Min(-0.1) }},
	{"Greater", func(x *graph.Node) *graph.Node { return x.Greater(0.2) }},
	{"GreaterOrEqual", func(x *graph.Node) *graph.Node { return x.GreaterOrEqual(x.Neg()) }},
	{"Equal", func(x *graph.Node) *graph.Node { return x.Relu().Equal(0) }},
	{"Where", func(x *graph.Node) *graph.Node { return x.Greater(0).Where(x, x.Exp().Sub(1)) }},
	{"Expand", func(x *graph.Node) *graph.Node { return x.Slice(1, 1, 2).Expand(x.Shape()...).Add(x) }},
	{"StopGradient", func(x *graph.Node) *graph.Node { return x.StopGradient().Add(1) }},
	{"ReduceSum", func(x *graph.Node) *graph.Node { return x.Sub(x.MeanKeep(1, 2)).Mul(x.SumKeep(2)) }},
	{"ReduceMax", func(x *graph.Node) *graph.Node { return x.Sub(x.MaxKeep(1)) }},
	{"LogSoftmax", (*graph.Node).LogSoftmax},
	{"Reshape", func(x *graph.Node) *graph.Node { return x.Reshape(x.Shape()[0], 3, 2).Reshape(x.Shape()[0], 6) }},
	{"Transpose", func(x *graph.Node) *graph.Node { return x.Transpose(0, 2, 1) }},
	{"Concat", func(x *graph.Node) *graph.Node { return graph.Concat(2, x, x.Tanh(), x) }},
	{"Slice", func(x *graph.Node) *graph.Node { return x.Slice(2, 1, 3) }},
	{"Upsample", func(x *graph.Node) *graph.Node { // nearest, as the graph spells it
		n := x.Shape()[0]
		return x.Reshape(n, 2, 1, 3, 1).Expand(n, 2, 2, 3, 2).Reshape(n, 4, 6)
	}},
	{"constants", func(x *graph.Node) *graph.Node { // a spectrally normalised weight
		n, g := x.Shape()[0], x.Graph()
		w := tensor.New(6, 5)
		tensor.NewStream(3, "w", 0).Normal(w.Data)
		weight := g.Constant(w)
		sigma := weight.Square().Sum().Sqrt()
		return x.Reshape(n, 6).MatMul(weight.Div(sigma)).Add(weight.Transpose().Sum(1).Exp().Log())
	}},
	{"BatchNormalization", func(x *graph.Node) *graph.Node { // with nothing before it to fold into
		g := x.Graph()
		c := func(a, b float32) *graph.Node { return g.Constant(tensor.Of([]float32{a, b}, 2)) }
		return x.Tanh().BatchNormalization(c(1, 2), c(0.1, 0.2), c(-1, 1), c(0.5, 2), 1e-3)
	}},
	{"affine maps that do not fold", func(x *graph.Node) *graph.Node {
		n, g := x.Shape()[0], x.Graph()
		column := g.Constant(tensor.Of([]float32{1, 2, 3}, 3, 1))
		h := x.Reshape(n, 1, 2, 3).Conv(g.Constant(tensor.Of([]float32{1, 2, 3, 4}, 4, 1, 1, 1)), graph.Strided(1, 0))
		return h.Transpose(0, 1, 3, 2).Add(column).Mul(h.Reshape(n, 4, 3, 2))
	}},
}

func expression(i int, batch int) *graph.Graph {
	g := graph.New(expressions[i].name)
	g.Output("image", expressions[i].make(g.Input("z", batch, 6).Reshape(batch, 2, 3)))
	return g
}

func TestEveryOperator(t *testing.T) {
	for i, e := range expressions {
		model := write(t, expression(i, 1), export.Options{})
		for _, batch := range []int{1, 3} {
			z := tensor.New(batch, 6)
			tensor.NewStream(7, "z", 0).Normal(z.Data)
			exe := expression(i, batch).MustCompile(graph.Options{})
			copy(exe.Input("z"), z.Data)
			exe.Run(0)
			if r, err := verify.Compare(model, map[string]*tensor.Tensor{"z": z}, exe.Output("image"), tolerance); err != nil {
				t.Errorf("%s, batch %d: %v, %v", e.name, batch, r, err)
			}
		}
	}
}

// TestEveryOpHasAFormOrAReason walks the ops of package graph: a new one must be
// given a form, or be left out on purpose here.
func TestEveryOpHasAFormOrAReason(t *testing.T) {
	tested := map[graph.Op]bool{}
	var mark func(n *graph.Node)
	mark = func(n *graph.Node) {
		tested[n.Op()] = true
		for _, x := range n.Operands() {
			mark(x)
		}
	}
	for i := range expressions {
		_, out := expression(i, 1).Outputs()
		mark(out[0])
	}
	for _, n := range networks {
		_, out := graphOf(n, newParams(), 1).Outputs()
		mark(out[0])
	}
	without := []graph.Op{graph.OpRandomUniform, graph.OpRandomNormal, graph.OpConvWeightGrad}
	for op := graph.OpInput; op <= graph.OpBatchNormalization; op++ {
		if !tested[op] && !slices.Contains(without, op) {
			t.Errorf("%v is exported by no test", op)
		}
	}
}
