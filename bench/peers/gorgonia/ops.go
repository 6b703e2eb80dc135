package main

import (
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/ganzoo/ganzoo/bench/peers/networks"
	"github.com/ganzoo/ganzoo/bench/peers/training"
)

type node = G.Node

// ops builds a graph. The weights' values are shared with the graphs made after it
// that build the same networks.
type ops struct {
	graph   *G.ExprGraph
	network string // for names: gorgonia takes inputs of one name and shape for one
	values  *[]tensor.Tensor
	weights G.Nodes // in the order they were asked for
}

func (o *ops) Weight(values []float32, shape ...int) *node {
	i := len(o.weights)
	if i == len(*o.values) {
		*o.values = append(*o.values, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values)))
	}
	w := G.NewTensor(o.graph, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(fmt.Sprint(o.network, " weight ", i)), G.WithValue((*o.values)[i]))
	o.weights = append(o.weights, w)
	return w
}

func (*ops) MatMul(a, b *node) *node             { return G.Must(G.Mul(a, b)) }
func (o *ops) MatMulTransposed(a, b *node) *node { return o.MatMul(a, o.Transpose(b, 1, 0)) }

// inEachRow are the axes of a vector that stands for a matrix of equal rows.
var inEachRow = []byte{0}

func (*ops) AddToRows(x, row *node) *node { return G.Must(G.BroadcastAdd(x, row, nil, inEachRow)) }

func (o *ops) Normalise(x, scale, shift *node) *node {
	x = G.Must(G.BroadcastSub(x, G.Must(G.Mean(x, 0)), nil, inEachRow))
	variance := G.Must(G.Mean(G.Must(G.Square(x)), 0))
	factor := G.Must(G.HadamardDiv(scale, G.Must(G.Sqrt(o.Offset(variance, networks.Epsilon)))))
	return o.AddToRows(G.Must(G.BroadcastHadamardProd(x, factor, nil, inEachRow)), shift)
}

func (*ops) Activate(x *node, a training.Activation) *node {
	switch a {
	case training.ReLU:
		return G.Must(G.Rectify(x))
	case training.LeakyReLU:
		return G.Must(G.LeakyRelu(x, training.Slope))
	case training.Tanh:
		return G.Must(G.Tanh(x))
	}
	return x
}

func (o *ops) LeakySlope(x *node) *node {
	positive := G.Must(G.Gt(x, constant(0), true))
	return o.Offset(o.Scale(positive, 1-training.Slope), training.Slope)
}

func (*ops) Shape(x *node) []int { return x.Shape() }

func (*ops) Reshape(x *node, shape ...int) *node {
	if slices.Equal(x.Shape(), shape) {
		return x
	}
	return G.Must(G.Reshape(x, shape))
}

func (*ops) Transpose(x *node, axes ...int) *node { return G.Must(G.Transpose(x, axes...)) }

func (*ops) Slice(x *node, spans ...networks.Span) *node {
	kept := make([]tensor.Slice, len(x.Shape()))
	for _, s := range spans {
		kept[s.Axis] = G.S(s.From, s.To)
	}
	return G.Must(G.Slice(x, kept...))
}

func (*ops) Concat(axis int, xs ...*node) *node {
	if len(xs) == 1 {
		return xs[0]
	}
	return G.Must(G.Concat(axis, xs...))
}

func (o *ops) Zeros(shape ...int) *node {
	zeros := tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
	return G.NewTensor(o.graph, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName("zeros"), G.WithValue(zeros))
}

func constant(value float64) *node { return G.NewConstant(float32(value)) }

func (*ops) Add(a, b *node) *node             { return G.Must(G.Add(a, b)) }
func (*ops) Sub(a, b *node) *node             { return G.Must(G.Sub(a, b)) }
func (*ops) Mul(a, b *node) *node             { return G.Must(G.HadamardProd(a, b)) }
func (*ops) MulScalar(x, scalar *node) *node  { return G.Must(G.HadamardProd(x, scalar)) }
func (*ops) Scale(x *node, by float64) *node  { return G.Must(G.HadamardProd(x, constant(by))) }
func (*ops) Offset(x *node, by float64) *node { return G.Must(G.Add(x, constant(by))) }
func (*ops) Softplus(x *node) *node           { return G.Must(G.Softplus(x)) }
func (*ops) Mean(x *node) *node               { return G.Must(G.Mean(x)) }

func (*ops) MulRows(x, column *node) *node {
	return G.Must(G.BroadcastHadamardProd(x, G.Must(G.Reshape(column, tensor.Shape{column.Shape()[0]})), nil, []byte{1}))
}

func (o *ops) Deviation(x *node) *node {
	apart := G.Must(G.Sub(x, o.Mean(x)))
	return G.Must(G.Sqrt(o.Mean(G.Must(G.Square(apart)))))
}

func (*ops) RowNorms(x *node) *node {
	return G.Must(G.Sqrt(G.Must(G.Sum(G.Must(G.Square(x)), 1))))
}
