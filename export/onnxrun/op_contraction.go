package onnxrun

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// gemm is alpha·op(A)·op(B) + beta·C.
func gemm(c *call) {
	c.arity(2, 3)
	c.floats(c.all()...)
	transA, transB := c.flag("transA"), c.flag("transB")
	if c.opset < 7 {
		c.flag("broadcast") // of C, which is allowed anyway
	}
	alpha, beta := attribute(c, "alpha", float32(1)), attribute(c, "beta", float32(1))
	if c.rank(0) != 2 || c.rank(1) != 2 {
		c.refuse("the inputs have shapes %v and %v; want matrices", []int(c.shape(0)), []int(c.shape(1)))
	}
	rows, columns := c.shape(0)[0], c.shape(1)[1]
	if transA {
		rows = c.shape(0)[1]
	}
	if transB {
		columns = c.shape(1)[0]
	}
	shape := tensor.Shape(c.room([]int{rows, columns}))
	c.work(rows, columns, c.shape(0).Size()/rows)
	n := scaled(graph.Gemm(c.tensor(0), c.tensor(1), transA, transB), alpha)
	if c.has(2) {
		n = n.Add(scaled(c.tensor(2), beta))
		if !n.Shape().Equal(shape) {
			c.refuse("C of shape %v does not fit %v", []int(c.shape(2)), []int(shape))
		}
	}
	c.result(n)
}

// scaled leaves out a multiplication by 1.
func scaled(n *graph.Node, by float32) *graph.Node {
	if by == 1 {
		return n
	}
	return n.Mul(by)
}

// matMul multiplies the matrices of the last two axes; those before broadcast.
func matMul(c *call) {
	c.arity(2, 2)
	c.floats(0, 1)
	a, b := c.tensor(0), c.tensor(1)
	as, bs := a.Shape(), b.Shape()
	if len(as) == 0 || len(bs) == 0 {
		c.refuse("an input is a scalar")
	}
	// A vector is a row on the left, a column on the right, and leaves no axis.
	if len(as) == 1 {
		a = a.Reshape(1, as[0])
	}
	if len(bs) == 1 {
		b = b.Reshape(bs[0], 1)
	}
	l, r := a.Shape(), b.Shape()
	m, k, n := l[len(l)-2], l[len(l)-1], r[len(r)-1]
	if r[len(r)-2] != k {
		c.refuse("%v and %v do not multiply: %d is not %d", []int(as), []int(bs), k, r[len(r)-2])
	}
	batch, ok := graph.Broadcast(l[:len(l)-2], r[:len(r)-2])
	if !ok {
		c.refuse("%v and %v do not broadcast", []int(as), []int(bs))
	}
	full := append(batch.Clone(), m, n)
	c.room(full)
	c.work(full.Size(), k)
	shape := batch.Clone()
	if len(as) > 1 {
		shape = append(shape, m)
	}
	if len(bs) > 1 {
		shape = append(shape, n)
	}
	c.result(products(c, a, b, batch, m, k, n).Reshape(shape...))
}

// products returns a batch of matrix products. One right matrix for all makes one
// product of all rows.
func products(c *call, a, b *graph.Node, batch tensor.Shape, m, k, n int) *graph.Node {
	count := batch.Size()
	if b.Shape().Size() == k*n {
		return a.Reshape(-1, k).MatMul(b.Reshape(k, n))
	}
	c.check(c.trace.budget.split(count))
	a = a.Expand(append(batch.Clone(), m, k)...).Reshape(count*m, k)
	b = b.Expand(append(batch.Clone(), k, n)...).Reshape(count*k, n)
	rows := make([]*graph.Node, count)
	for i := range rows {
		rows[i] = a.Slice(0, i*m, (i+1)*m).MatMul(b.Slice(0, i*k, (i+1)*k))
	}
	return graph.Concat(0, rows...)
}
