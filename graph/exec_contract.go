package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// This file binds the contractions to their kernels: the one place where a
// matrix product or a convolution is chosen.

type gemmRunner struct {
	transA, transB bool
	m, n, k        int
	a, b, c        []float32
	lda, ldb       int
	constant       bool           // b
	packed         *kernel.Packed // b, or nil
}

func newGemmRunner(n *Node, pl *plan) *gemmRunner {
	r := newGemm(n, pl)
	r.c = pl.value(n)
	return r
}

// newGemm is a runner that has no place for its result.
func newGemm(n *Node, pl *plan) *gemmRunner {
	t := n.attr.(GemmAttr)
	k := n.in[0].shape[1]
	if t.TransA {
		k = n.in[0].shape[0]
	}
	return &gemmRunner{
		transA: t.TransA, transB: t.TransB, m: n.shape[0], n: n.shape[1], k: k,
		a: pl.value(n.in[0]), b: pl.value(n.in[1]),
		lda: n.in[0].shape[1], ldb: n.in[1].shape[1], constant: n.in[1].constant(),
	}
}

func (r *gemmRunner) run(e *Executable, _ uint64) {
	if r.packed != nil {
		e.pool.GemmPacked(r.transA, r.m, 1, r.a, r.lda, r.packed, 0, r.c, r.n)
		return
	}
	tensor.GemmIn(e.pool, e.rounded, r.transA, r.transB, r.m, r.n, r.k, 1, r.a, r.lda, r.b, r.ldb, 0, r.c, r.n)
}

type convRunner struct {
	op                  Op
	do                  func(p *kernel.Pool, g *kernel.Conv, result, a, b []float32)
	geometry            kernel.Conv
	result, left, right []float32
	packKernel          func(g *kernel.Conv, w []float32) *kernel.Packed // nil where w may change
}

func (r *convRunner) run(e *Executable, _ uint64) {
	r.geometry.Precision = e.rounded
	r.do(e.pool, &r.geometry, r.result, r.left, r.right)
}

// newConvRunner finds the image x, the kernel w and the maps y of the forward
// convolution that the op belongs to.
func newConvRunner(n *Node, pl *plan) runner {
	r := &convRunner{op: n.op, result: pl.value(n), left: pl.value(n.in[0]), right: pl.value(n.in[1])}
	var x, w, y tensor.Shape
	switch n.op {
	case OpConv:
		x, w, y = n.in[0].shape, n.in[1].shape, n.shape
		r.do, r.packKernel = (*kernel.Pool).ConvForward, (*kernel.Conv).PackForward
	case OpConvTranspose:
		x, w, y = n.shape, n.in[1].shape, n.in[0].shape
		r.do, r.packKernel = (*kernel.Pool).ConvInputGrad, (*kernel.Conv).PackInputGrad
	case OpConvWeightGrad:
		x, w, y = n.in[0].shape, n.shape, n.in[1].shape
		r.do = (*kernel.Pool).ConvWeightGrad
	}
	if !n.in[1].constant() {
		r.packKernel = nil
	}
	a := n.attr.(ConvAttr)
	r.geometry = kernel.Conv{
		N: x[0], C: x[1], H: x[2], W: x[3], M: w[0], KH: w[2], KW: w[3], OH: y[2], OW: y[3],
		StrideH: a.StrideH, StrideW: a.StrideW, PadTop: a.PadTop, PadLeft: a.PadLeft,
		DilationH: a.DilationH, DilationW: a.DilationW,
	}
	return r
}

// macs counts the multiply-adds of a contraction.
func (n *Node) macs() int64 {
	switch n.op {
	case OpGemm:
		k := n.in[0].shape.Size() / n.shape[0]
		return int64(n.shape.Size()) * int64(k)
	case OpConv: // each result element sums over C×KH×KW
		return int64(n.shape.Size()) * int64(n.in[1].shape.Size()/n.in[1].shape[0])
	case OpConvTranspose: // each operand element spreads over C×KH×KW
		return int64(n.in[0].shape.Size()) * int64(n.in[1].shape.Size()/n.in[1].shape[0])
	case OpConvWeightGrad: // as the forward convolution
		return int64(n.in[1].shape.Size()) * int64(n.shape.Size()/n.shape[0])
	}
	return 0
}
