package kernel

// Sgemm computes C = alpha·op(A)·op(B) + beta·C on one thread.
//
// op(A) is m×k, op(B) is k×n and C is m×n, all row-major: element (i,j) of a
// matrix lies at i·ld + j. op(X) is Xᵀ where the flag is set: A is then stored
// k×m, B n×k.
//
// When beta is 0, C is overwritten whatever it held. When alpha or k is 0, A
// and B are not read. Else NaN and Inf pass on as IEEE 754 says. The order of
// the sum for an element depends on k alone. C must not overlap A or B. It
// panics on negative sizes and on slices that are too short.
func Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	(*Pool)(nil).Sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Sgemm is the function Sgemm with the outputs split over the threads of p.
// The result is the same to the bit for any number of threads.
func (p *Pool) Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	p.Gemm(Float32, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Gemm is Sgemm with A and B rounded to a precision.
func (p *Pool) Gemm(precision Precision, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if m < 0 || n < 0 || k < 0 {
		panic(negativeSize)
	}
	checkMatrix(!transA, m, k, len(a), lda, shortA)
	checkMatrix(!transB, k, n, len(b), ldb, shortB)
	checkMatrix(true, m, n, len(c), ldc, shortC)
	if m == 0 || n == 0 {
		return
	}
	if k == 0 || alpha == 0 {
		scaleMatrix(m, n, beta, c, ldc)
		return
	}
	if rowTiled(precision, transA, transB, m, n, k, alpha, beta) {
		p.gemmOfRows(m, n, k, a, lda, b, ldb, c, ldc)
		return
	}
	g := sgemms.get()
	defer sgemms.put(g)
	g.precision = precision
	g.set(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	g.run(p)
	g.release()
}

// sgemm is a product of matrices in memory.
type sgemm struct {
	product
	left     leftMatrix
	right    rightMatrix
	straight matrixResult
	turned   transposedResult
}

var sgemms freeList[sgemm]

// release forgets the caller's memory.
func (g *sgemm) release() {
	g.left.data, g.right.data, g.straight.data, g.turned.data = nil, nil, nil, nil
	g.packedRight = nil
}

func (g *sgemm) set(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	// A narrow C leaves most of a vector idle. Cᵀ = op(B)ᵀ·op(A)ᵀ is wide; the
	// sums are the same ones in the same order.
	turn := narrow(m, n)
	g.product.m, g.product.n, g.product.k = m, n, k
	g.product.alpha, g.product.beta = alpha, beta
	g.straight.data, g.straight.ld = c, ldc
	g.c = &g.straight
	if turn {
		g.product.m, g.product.n = n, m
		a, lda, transA, b, ldb, transB = b, ldb, !transB, a, lda, !transA
		if ldc > 1 {
			g.turned.data, g.turned.ld = c, ldc
			g.c = &g.turned
		}
	}
	g.left.matrix = matrix{data: a, ld: lda, across: transA}
	g.right.matrix = matrix{data: b, ld: ldb, across: !transB}
	g.a, g.b = &g.left, &g.right
}

// narrow tells whether C, m×n, fills vectors worse than Cᵀ.
func narrow(m, n int) bool { return n*ceil(m, maxLanes) < m*ceil(n, maxLanes) }

// matrixResult is C in memory.
type matrixResult struct {
	data []float32
	ld   int
}

func (c *matrixResult) matrix(i, j, _ int) ([]float32, int) { return c.data[i*c.ld+j:], c.ld }

func (c *matrixResult) store(*tileSet, []float32, int, int, int, int, int, float32) {}

// transposedResult is C in memory while Cᵀ is computed.
type transposedResult struct {
	data []float32
	ld   int
}

func (c *transposedResult) matrix(_, _, _ int) ([]float32, int) { return nil, 0 }

func (c *transposedResult) store(_ *tileSet, src []float32, ld, i, rows, j, cols int, beta float32) {
	for r := range rows {
		at := j*c.ld + i + r
		for _, v := range src[r*ld:][:cols] {
			if beta != 0 {
				v += float32(beta * c.data[at])
			}
			c.data[at] = v
			at += c.ld
		}
	}
}

// scaleMatrix computes C = beta·C.
func scaleMatrix(m, n int, beta float32, c []float32, ldc int) {
	for i := range m {
		row := c[i*ldc:][:n]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}
