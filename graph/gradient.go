package graph

import "github.com/ganzoo/ganzoo/tensor"

// Glossary of the reverse sweep.
//
// We want ∂y/∂x for a y that may be any tensor, read as the scalar Σy. Every
// node n on a path from an x to y has an adjoint n̄ = ∂Σy/∂n, of n's shape. The
// sweep visits the nodes from y back: when it reaches n all users of n have
// given their share of n̄, whose sum is the adjoint; n's rule (gradients.go)
// then turns n̄ into the shares of n's operands. Nodes that no x leads to have
// no adjoint: nothing is computed for data, for random numbers or for a network
// that rests.
//
// Shares and adjoints are nodes built with the ordinary methods, so they can be
// differentiated in turn.

// Gradient returns ∂Σy/∂x for each x, as nodes of x's shape. An x that y does
// not depend on gives zeros; Sign, comparisons and StopGradient are constants to it.
func Gradient(y *Node, xs ...*Node) []*Node {
	result := sweep(y, y.graph.filled(1, y.shape), xs)
	for i, x := range xs {
		if result[i] == nil {
			result[i] = y.graph.filled(0, x.shape)
		}
	}
	return result
}

// sweep returns ∂Σ(seed·y)/∂x for each x, nil where y does not depend on x.
func sweep(y, seed *Node, xs []*Node) []*Node {
	for _, x := range xs {
		if x.graph != y.graph {
			y.graph.fail(y.op, []*Node{y, x}, "cannot differentiate by %v of graph %q", x, x.graph.name)
		}
	}
	order := reach([]*Node{y})
	leads := ledTo(order, xs)

	adjoint := map[*Node]*Node{}
	if leads[y] {
		adjoint[y] = seed
	}
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		dn := adjoint[n]
		if dn == nil || !leads[n] || n.op == OpStopGradient {
			continue
		}
		rule := gradients[n.op]
		if rule == nil {
			continue
		}
		for j, share := range rule(n, dn, func(j int) bool { return leads[n.in[j]] }) {
			in := n.in[j]
			if share == nil || !leads[in] {
				continue
			}
			share = share.sumTo(in.shape)
			if before := adjoint[in]; before != nil {
				share = before.Add(share)
			}
			adjoint[in] = share
		}
	}

	result := make([]*Node, len(xs))
	for i, x := range xs {
		result[i] = adjoint[x]
	}
	return result
}

// ledTo tells to which nodes of an order, operands first, an x leads.
func ledTo(order, xs []*Node) map[*Node]bool {
	leads := map[*Node]bool{}
	for _, x := range xs {
		leads[x] = true
	}
	for _, n := range order {
		if n.op == OpStopGradient {
			continue
		}
		for _, in := range n.in {
			if leads[in] {
				leads[n] = true
			}
		}
	}
	return leads
}

// filled makes a tensor of one repeated number without storing it whole.
func (g *Graph) filled(v float64, shape tensor.Shape) *Node { return g.Scalar(v).Expand(shape...) }

// sumTo undoes broadcasting: it adds up along the axes along which a value of
// the given shape was repeated to become n.
func (n *Node) sumTo(shape tensor.Shape) *Node {
	if n.shape.Equal(shape) {
		return n
	}
	shift := len(n.shape) - len(shape)
	var axes AxesAttr
	for i, d := range n.shape {
		if i < shift || shape[i-shift] == 1 && d != 1 {
			axes.Axes |= 1 << i
		}
	}
	return n.reduce(OpReduceSum, axes).Reshape(shape...)
}
