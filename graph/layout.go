package graph

import "github.com/ganzoo/ganzoo/tensor"

// Reshape gives the same elements another shape. One extent may be −1: what is
// left for it.
func (n *Node) Reshape(shape ...int) *Node {
	s := tensor.Shape(shape).Clone()
	open, known := -1, 1
	for i, d := range s {
		switch {
		case d == -1 && open < 0:
			open = i
		case d < 1:
			n.graph.fail(OpReshape, []*Node{n}, "cannot take the shape %v", s)
		default:
			known *= d
		}
	}
	if open >= 0 && n.shape.Size()%known == 0 {
		s[open] = n.shape.Size() / known
	}
	if open >= 0 && s[open] < 1 || s.Size() != n.shape.Size() {
		n.graph.fail(OpReshape, []*Node{n}, "%d elements do not fill %v", n.shape.Size(), s)
	}
	if s.Equal(n.shape) {
		return n
	}
	return n.graph.add(OpReshape, s, nil, n)
}

// PerExample flattens all axes but the first: N×(everything else).
func (n *Node) PerExample() *Node { return n.Reshape(n.shape[0], -1) }

// PerChannel gives n, one value per channel of N×C×…, the axes with which it
// broadcasts over that: C×1×…, for images of rank 4 C×1×1.
func (n *Node) PerChannel(rank int) *Node {
	shape := make(tensor.Shape, rank-1)
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = n.shape[0]
	return n.Reshape(shape...)
}

// Transpose reorders the axes: axis i of the result is axis perm[i] of n. With
// no argument it turns the order round.
func (n *Node) Transpose(perm ...int) *Node {
	rank := len(n.shape)
	if len(perm) == 0 {
		for i := range rank {
			perm = append(perm, rank-1-i)
		}
	}
	a := PermAttr{Rank: rank}
	if len(perm) != rank || rank > len(a.Perm) {
		n.graph.fail(OpTranspose, []*Node{n}, "%v is no permutation of %d axes", perm, rank)
	}
	shape := make(tensor.Shape, rank)
	var seen [len(a.Perm)]bool
	for i, p := range perm {
		if p < 0 || p >= rank || seen[p] {
			n.graph.fail(OpTranspose, []*Node{n}, "%v is no permutation of %d axes", perm, rank)
		}
		seen[p], a.Perm[i], shape[i] = true, p, n.shape[p]
	}
	return n.graph.add(OpTranspose, shape, a, n)
}

// inverse returns the permutation that undoes a.
func (a PermAttr) inverse() []int {
	inv := make([]int, a.Rank)
	for i, p := range a.order() {
		inv[p] = i
	}
	return inv
}

func (a PermAttr) order() []int { return a.Perm[:a.Rank] }

// Concat joins nodes along an axis, counted from 0; their other extents must agree.
func Concat(axis int, nodes ...*Node) *Node {
	if len(nodes) == 0 {
		panic(&BuildError{Op: OpConcat.String(), Line: callSite(callers()), Reason: "nothing to join"})
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	first := nodes[0]
	g := first.graph
	if axis < 0 || axis >= len(first.shape) {
		g.fail(OpConcat, nodes, "there is no axis %d", axis)
	}
	shape := first.shape.Clone()
	for _, n := range nodes[1:] {
		if len(n.shape) != len(shape) {
			g.fail(OpConcat, nodes, "the numbers of axes differ")
		}
		for i, d := range n.shape {
			if i != axis && d != shape[i] {
				g.fail(OpConcat, nodes, "extents differ along axis %d", i)
			}
		}
		shape[axis] += n.shape[axis]
	}
	return g.add(OpConcat, shape, AxisAttr{axis}, nodes...)
}

// Slice keeps [start, end) along an axis, counted from 0. There must be something left.
func (n *Node) Slice(axis, start, end int) *Node {
	if axis < 0 || axis >= len(n.shape) || start < 0 || end > n.shape[axis] || start >= end {
		n.graph.fail(OpSlice, []*Node{n}, "cannot take [%d, %d) of axis %d", start, end, axis)
	}
	if start == 0 && end == n.shape[axis] {
		return n
	}
	shape := n.shape.Clone()
	shape[axis] = end - start
	return n.graph.add(OpSlice, shape, SliceAttr{axis, start, end}, n)
}
