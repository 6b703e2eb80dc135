package networks

import "github.com/ganzoo/ganzoo/bench/peers/training"

// Epsilon is added to the variance by batch norm.
const Epsilon = 1e-5

// Network is layers with their weights.
type Network[N any] struct {
	ops    Ops[N]
	layers []layer[N]
}

type layer[N any] struct {
	training.Layer
	weight      N // of convolutions: 4 parts of kernel, see convolution.go
	scale, bias N // scale is that of batch norm
}

// Generator and Discriminator make a network with its first weights.
func Generator[N any](ops Ops[N], w training.Work) *Network[N] {
	return start(ops, w.Generator(), 0)
}

func Discriminator[N any](ops Ops[N], w training.Work) *Network[N] {
	return start(ops, w.Discriminator(), 1)
}

func start[N any](ops Ops[N], layers []training.Layer, number int) *Network[N] {
	n := &Network[N]{ops: ops}
	for i, l := range layers {
		first := l.First(number, i)
		made := layer[N]{Layer: l}
		if l.Op == training.Dense {
			made.weight = ops.Weight(transposed(first.Weight, l.Out, l.In), l.In, l.Out)
		} else {
			made.weight = ops.Weight(inParts(first.Weight, l), kernelShape(l)...)
		}
		if l.BatchNorm {
			made.scale = ops.Weight(ones(l.Out), l.Out)
		}
		made.bias = ops.Weight(first.Bias, l.Out)
		n.layers = append(n.layers, made)
	}
	return n
}

// Apply returns the network's answers, a matrix with a row for each of x.
func (n *Network[N]) Apply(x N) N {
	answer, _ := n.apply(x)
	return answer
}

// apply also returns what goes into each activation.
func (n *Network[N]) apply(x N) (answer N, sums []N) {
	for _, l := range n.layers {
		x = n.multiply(l, x)
		shape := n.ops.Shape(x)
		rows := n.ops.Reshape(x, size(shape)/l.Out, l.Out)
		if l.BatchNorm {
			rows = n.ops.Normalise(rows, l.scale, l.bias)
		} else {
			rows = n.ops.AddToRows(rows, l.bias)
		}
		x = n.ops.Reshape(rows, shape...)
		sums = append(sums, x)
		x = n.ops.Activate(x, l.Activation)
	}
	return n.flat(x), sums
}

func (n *Network[N]) multiply(l layer[N], x N) N {
	switch l.Op {
	case training.Halve:
		return halve(n.ops, n.images(x, l.Side, l.In), l.weight)
	case training.Double:
		return double(n.ops, n.images(x, l.Side, l.In), l.weight)
	}
	return n.ops.MatMul(n.flat(x), l.weight)
}

// InputGradients are the derivatives of the scores by each number of x, a row
// each, of a network of LeakyReLU without norms. They are written out with the
// layers' adjoints, because no library here differentiates twice through slices of
// an array.
func (n *Network[N]) InputGradients(x N) N {
	_, sums := n.apply(x)
	last := n.layers[len(n.layers)-1]
	batch := n.ops.Shape(x)[0]
	g := n.ops.AddToRows(n.ops.Zeros(batch, last.In), n.ops.Reshape(last.weight, last.In))
	for i := len(n.layers) - 2; i >= 0; i-- {
		l := n.layers[i]
		below := sums[i]
		if len(n.ops.Shape(below)) == 4 {
			g = n.images(g, l.Side/2, l.Out)
		}
		g = n.ops.Mul(g, n.ops.LeakySlope(below))
		if l.Op == training.Halve {
			g = double(n.ops, g, l.weight)
		} else {
			g = n.ops.MatMulTransposed(g, l.weight)
		}
	}
	return n.flat(g)
}

// images gives rows of C×H×W the shape B×H×W×C; images stay as they are.
func (n *Network[N]) images(x N, side, channels int) N {
	shape := n.ops.Shape(x)
	if len(shape) == 4 {
		return x
	}
	if channels == 1 {
		return n.ops.Reshape(x, shape[0], side, side, 1)
	}
	return n.ops.Transpose(n.ops.Reshape(x, shape[0], channels, side, side), 0, 2, 3, 1)
}

// flat is the inverse of images.
func (n *Network[N]) flat(x N) N {
	shape := n.ops.Shape(x)
	if len(shape) == 2 {
		return x
	}
	if shape[3] > 1 {
		x = n.ops.Transpose(x, 0, 3, 1, 2)
	}
	return n.ops.Reshape(x, shape[0], size(shape[1:]))
}

// transposed turns rows×columns into columns×rows.
func transposed(values []float32, rows, columns int) []float32 {
	turned := make([]float32, len(values))
	for i := range rows {
		for j := range columns {
			turned[j*rows+i] = values[i*columns+j]
		}
	}
	return turned
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func ones(n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = 1
	}
	return values
}
