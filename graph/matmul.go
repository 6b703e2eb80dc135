package graph

import "github.com/ganzoo/ganzoo/tensor"

// MatMul returns the matrix product n·x of m×k and k×n matrices.
func (n *Node) MatMul(x *Node) *Node { return Gemm(n, x, false, false) }

// Gemm returns op(a)·op(b), where op transposes when asked. Both are matrices.
func Gemm(a, b *Node, transA, transB bool) *Node {
	g := a.graph
	in := []*Node{a, b}
	if len(a.shape) != 2 || len(b.shape) != 2 {
		g.fail(OpGemm, in, "both operands must be matrices")
	}
	m, k := a.shape[0], a.shape[1]
	if transA {
		m, k = k, m
	}
	k2, c := b.shape[0], b.shape[1]
	if transB {
		k2, c = c, k2
	}
	if k != k2 {
		g.fail(OpGemm, in, "the inner extents %d and %d differ (transA %t, transB %t)", k, k2, transA, transB)
	}
	return g.add(OpGemm, tensor.Shape{m, c}, GemmAttr{transA, transB}, in...)
}
