package graph

import "github.com/ganzoo/ganzoo/tensor"

// axesOf turns a list of axes (none: all) into a set. Negative axes count from
// the end.
func (n *Node) axesOf(op Op, axes []int) AxesAttr {
	var set uint
	if len(axes) == 0 {
		return AxesAttr{1<<len(n.shape) - 1}
	}
	for _, a := range axes {
		if a < 0 {
			a += len(n.shape)
		}
		if a < 0 || a >= len(n.shape) {
			n.graph.fail(op, []*Node{n}, "there is no axis %d", a)
		}
		set |= 1 << a
	}
	return AxesAttr{set}
}

// Has reports whether axis i is in the set.
func (a AxesAttr) Has(i int) bool { return a.Axes>>i&1 == 1 }

// reduce keeps the reduced axes with extent 1.
func (n *Node) reduce(op Op, axes AxesAttr) *Node {
	shape := n.shape.Clone()
	for i := range shape {
		if axes.Has(i) {
			shape[i] = 1
		}
	}
	if shape.Equal(n.shape) {
		return n
	}
	return n.graph.add(op, shape, axes, n)
}

// dropAxes reshapes the reduced axes away.
func (n *Node) dropAxes(axes AxesAttr) *Node {
	shape := tensor.Shape{}
	for i, d := range n.shape {
		if !axes.Has(i) {
			shape = append(shape, d)
		}
	}
	return n.Reshape(shape...)
}

// count is the number of elements that go into each element of the result.
func (n *Node) count(axes AxesAttr) int {
	c := 1
	for i, d := range n.shape {
		if axes.Has(i) {
			c *= d
		}
	}
	return c
}

// SumKeep adds up along the axes (none: all), which stay with extent 1. Negative axes, here
// and below, count from the end.
func (n *Node) SumKeep(axes ...int) *Node { return n.reduce(OpReduceSum, n.axesOf(OpReduceSum, axes)) }

// Sum adds up along the axes (none: all), which disappear.
func (n *Node) Sum(axes ...int) *Node {
	set := n.axesOf(OpReduceSum, axes)
	return n.reduce(OpReduceSum, set).dropAxes(set)
}

// MeanKeep averages along the axes (none: all), which stay with extent 1.
func (n *Node) MeanKeep(axes ...int) *Node {
	set := n.axesOf(OpReduceSum, axes)
	return n.reduce(OpReduceSum, set).Mul(1 / float64(n.count(set)))
}

// Mean averages along the axes (none: all), which disappear.
func (n *Node) Mean(axes ...int) *Node {
	return n.MeanKeep(axes...).dropAxes(n.axesOf(OpReduceSum, axes))
}

// MaxKeep takes the largest along the axes (none: all), which stay with extent 1.
func (n *Node) MaxKeep(axes ...int) *Node { return n.reduce(OpReduceMax, n.axesOf(OpReduceMax, axes)) }

// LogSumExp returns ln Σ exp along the last axis, which disappears. The largest
// term is taken out first, so that nothing overflows.
func (n *Node) LogSumExp() *Node {
	last := len(n.shape) - 1
	top := n.MaxKeep(last).StopGradient()
	return n.Sub(top).Exp().SumKeep(last).Log().Add(top).dropAxes(AxesAttr{1 << last})
}

// LogSoftmax returns the logarithm of the softmax along the last axis, of n's shape.
func (n *Node) LogSoftmax() *Node {
	shape := n.shape.Clone()
	shape[len(shape)-1] = 1
	return n.Sub(n.LogSumExp().Reshape(shape...))
}

// Norms returns the Euclidean norm of each example: for N×…, N values √(Σx²+ε).
// ε = 1e-12 keeps the derivative finite where an example is all zeros.
func (n *Node) Norms() *Node {
	return n.PerExample().Square().Sum(1).Add(1e-12).Sqrt()
}
