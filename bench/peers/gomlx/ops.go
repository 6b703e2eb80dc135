package main

import (
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/ganzoo/ganzoo/bench/peers/networks"
	"github.com/ganzoo/ganzoo/bench/peers/training"
)

type node = graph.Node

// ops builds a graph whose weights are variables of a scope, numbered as they are
// asked for: two graphs that build the same network share them.
type ops struct {
	graph *graph.Graph
	scope *model.Scope
	made  int
}

func (o *ops) Weight(values []float32, shape ...int) *node {
	o.made++
	return o.scope.In("%02d", o.made).VariableWithValue("weight", tensors.FromFlatDataAndDimensions(values, shape...)).NodeValue(o.graph)
}

func (*ops) MatMul(a, b *node) *node { return graph.DotProduct(a, b) }
func (*ops) MatMulTransposed(a, b *node) *node {
	return graph.DotGeneral(a, []int{1}, nil, b, []int{1}, nil)
}
func (*ops) AddToRows(x, row *node) *node { return graph.Add(x, graph.ExpandAxes(row, 0)) }

func (*ops) Normalise(x, scale, shift *node) *node {
	x = graph.Sub(x, graph.ReduceAndKeep(x, graph.ReduceMean, 0))
	variance := graph.ReduceAndKeep(graph.Square(x), graph.ReduceMean, 0)
	factor := graph.Div(graph.ExpandAxes(scale, 0), graph.Sqrt(graph.AddScalar(variance, networks.Epsilon)))
	return graph.Add(graph.Mul(x, factor), graph.ExpandAxes(shift, 0))
}

func (*ops) Activate(x *node, a training.Activation) *node {
	switch a {
	case training.ReLU:
		return activation.Relu(x)
	case training.LeakyReLU:
		return activation.LeakyReluWith(x, training.Slope)
	case training.Tanh:
		return graph.Tanh(x)
	}
	return x
}

func (*ops) LeakySlope(x *node) *node {
	one := graph.OnesLike(x)
	return graph.StopGradient(graph.Where(graph.GreaterOrEqual(x, graph.ZerosLike(x)), one, graph.MulScalar(one, training.Slope)))
}

func (*ops) Shape(x *node) []int { return x.Shape().Dimensions }

func (*ops) Reshape(x *node, shape ...int) *node {
	if slices.Equal(x.Shape().Dimensions, shape) {
		return x
	}
	return graph.Reshape(x, shape...)
}

func (*ops) Transpose(x *node, axes ...int) *node { return graph.TransposeAllAxes(x, axes...) }

func (*ops) Slice(x *node, spans ...networks.Span) *node {
	specs := make([]graph.SliceAxisSpec, x.Rank())
	for i := range specs {
		specs[i] = graph.AxisRange()
	}
	for _, s := range spans {
		specs[s.Axis] = graph.AxisRange(s.From, s.To)
	}
	return graph.Slice(x, specs...)
}

func (*ops) Concat(axis int, xs ...*node) *node { return graph.Concatenate(xs, axis) }

func (o *ops) Zeros(shape ...int) *node {
	return graph.Zeros(o.graph, shapes.Make(dtypes.Float32, shape...))
}

func (*ops) Add(a, b *node) *node             { return graph.Add(a, b) }
func (*ops) Sub(a, b *node) *node             { return graph.Sub(a, b) }
func (*ops) Mul(a, b *node) *node             { return graph.Mul(a, b) }
func (*ops) MulRows(x, column *node) *node    { return graph.Mul(x, column) }
func (*ops) MulScalar(x, scalar *node) *node  { return graph.Mul(x, scalar) }
func (*ops) Scale(x *node, by float64) *node  { return graph.MulScalar(x, by) }
func (*ops) Offset(x *node, by float64) *node { return graph.AddScalar(x, by) }
func (*ops) Mean(x *node) *node               { return graph.ReduceAllMean(x) }
func (*ops) Deviation(x *node) *node          { return graph.Sqrt(graph.ReduceVariance(x)) }
func (*ops) RowNorms(x *node) *node           { return graph.Sqrt(graph.ReduceSum(graph.Square(x), 1)) }

// Softplus is max(x, 0) + log(1 + exp −|x|), which never overflows.
func (*ops) Softplus(x *node) *node {
	return graph.Add(activation.Relu(x), graph.Log1P(graph.Exp(graph.Neg(graph.Abs(x)))))
}
