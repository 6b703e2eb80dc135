package tensor

import (
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func init() { blas32.Use(kernel.BLAS{}) }

// Gemm computes C = alpha·op(A)·op(B) + beta·C with the BLAS that gonum uses:
// ours unless blas32.Use has chosen another.
//
// op(A) is m×k, op(B) is k×n and C is m×n, all row-major with rows lda, ldb and
// ldc apart; op(X) is Xᵀ where the flag is set. C is split over the threads of
// p, so bits do not depend on their number if those of the implementation do
// not depend on m and n. Ours do not.
func Gemm(p *kernel.Pool, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	GemmIn(p, kernel.Float32, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// GemmIn is Gemm with A and B rounded to a precision. Another BLAS than ours
// knows float32 only.
func GemmIn(p *kernel.Pool, precision kernel.Precision, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	blas := blas32.Implementation()
	if _, ours := blas.(kernel.BLAS); ours {
		p.Gemm(precision, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	g := foreignGemms.Get().(*foreignGemm)
	defer foreignGemms.Put(g)
	*g = foreignGemm{blas, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 1}
	if m > 0 && n > 0 {
		g.parts = min(p.Threads(), max(m, n))
	}
	p.Run(g.parts, g)
	*g = foreignGemm{}
}

// OwnGemm reports whether Gemm is this project's own.
func OwnGemm() bool {
	_, ours := blas32.Implementation().(kernel.BLAS)
	return ours
}

// foreignGemm is a product for a BLAS that knows nothing of our threads. Its
// parts are strips of C along the longer side.
type foreignGemm struct {
	blas           blas.Float32
	transA, transB bool
	m, n, k        int
	alpha          float32
	a              []float32
	lda            int
	b              []float32
	ldb            int
	beta           float32
	c              []float32
	ldc            int
	parts          int
}

var foreignGemms = sync.Pool{New: func() any { return new(foreignGemm) }}

// Do computes one strip.
func (g *foreignGemm) Do(part int) {
	m, n, a, b, c := g.m, g.n, g.a, g.b, g.c
	if m >= n {
		from, to := part*m/g.parts, (part+1)*m/g.parts
		m, a, c = to-from, skip(a, from, g.lda, g.transA), skip(c, from, g.ldc, false)
	} else {
		from, to := part*n/g.parts, (part+1)*n/g.parts
		n, b, c = to-from, skip(b, from, g.ldb, !g.transB), skip(c, from, g.ldc, true)
	}
	g.blas.Sgemm(transpose(g.transA), transpose(g.transB), m, n, g.k, g.alpha, a, g.lda, b, g.ldb, g.beta, c, g.ldc)
}

// skip drops the first rows of a matrix, or its first columns. An operand
// without elements (k = 0) stays so.
func skip(x []float32, lines, ld int, columns bool) []float32 {
	if !columns {
		lines *= ld
	}
	return x[min(lines, len(x)):]
}

func transpose(flag bool) blas.Transpose {
	if flag {
		return blas.Trans
	}
	return blas.NoTrans
}
