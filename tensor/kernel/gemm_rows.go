package kernel

// A dense layer's product y = x·wᵀ has few rows, those of a batch, and many columns.
// Packing w would cost a good part of it, since each of its elements is used but once
// a row. So it is computed as yᵀ = w·xᵀ by tiles that read rows of w where they lie,
// each element once from memory, and xᵀ is what is packed. The sums are those of
// Gemm, in the same order.

// rowTileFunc computes C = A·B, or adds it, for panels of rowTileHeight rows of A that
// lie lda apart; see tileFunc.
type rowTileFunc func(a, b, c *float32, lda, k, panels, ldc, tail int, add bool)

const (
	rowTileHeight = 8

	// rowsAtOnce is how many rows of w meet all of xᵀ's panels before the next.
	rowsAtOnce = 64

	// rowsOfPart is how many a part has at most: its results stay in the cache.
	rowsOfPart = 512
)

// rowProduct is the task y = x·wᵀ. Its parts are ranges of rows of w.
type rowProduct struct {
	m, n, k  int
	w, y     []float32
	ldw, ldy int
	rows     int // of w in a part
	right    packedColumns
}

var rowProducts freeList[rowProduct]

// rowTiled tells whether a product is computed so: if the class can, w fills tiles,
// and x is the smaller operand, but fills vectors.
func rowTiled(precision Precision, transA, transB bool, m, n, k int, alpha, beta float32) bool {
	return tileSets[active].rowTiles[0] != nil && precision == Float32 && !transA && transB && alpha == 1 && beta == 0 &&
		n%rowTileHeight == 0 && m >= 2*maxLanes && 2*m <= n && k >= maxLanes && m*n*k >= smallProduct
}

// gemmOfRows computes y = x·wᵀ, overwriting y.
func (p *Pool) gemmOfRows(m, n, k int, x []float32, ldx int, w []float32, ldw int, y []float32, ldy int) {
	g := rowProducts.get()
	defer rowProducts.put(g)
	g.m, g.n, g.k, g.w, g.ldw, g.y, g.ldy = m, n, k, w, ldw, y, ldy
	g.right.set(x, ldx, m, k)
	p.Run(g.right.parts(), &g.right)
	g.rows = min(rowsOfPart, ceil(n/rowTileHeight, p.Threads())*rowTileHeight)
	p.Run(ceil(n, g.rows), g)
	g.w, g.y, g.right.data = nil, nil, nil
}

// Do computes y for some rows of w.
func (g *rowProduct) Do(part int) {
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	t := &tileSets[active]
	i0 := part * g.rows
	rows := min(g.rows, g.n-i0)
	ld := ceil(g.m, maxLanes)*maxLanes + maxLanes // no power of two, which would crowd a few sets of the cache
	if size := rows * ld; len(s.loose) < size {
		s.loose = make([]float32, size)
	}
	depth := Float32.sumStep(g.k)
	for l := 0; l < g.k; l += depth {
		k := min(depth, g.k-l)
		for i := 0; i < rows; i += rowsAtOnce {
			some := min(rowsAtOnce, rows-i)
			for j := 0; j < g.m; j += g.right.width {
				cols := min(g.right.width, g.m-j)
				vectors := ceil(cols, t.lanes)
				t.rowTiles[vectors-1](&g.w[(i0+i)*g.ldw+l], &g.right.panels[g.right.at(j, l, k)], &s.loose[i*ld+j],
					g.ldw, k, some/rowTileHeight, ld, cols-(vectors-1)*t.lanes, l > 0)
			}
		}
	}
	// The results as rows of y.
	squares := g.m / t.lanes
	for i := 0; i < rows; i += t.lanes {
		dst, src := g.y[i0+i:], s.loose[i*ld:]
		some, done := min(t.lanes, rows-i), 0
		if some == t.lanes && squares > 0 {
			t.packLanes(&dst[0], &src[0], squares, ld, g.ldy)
			done = squares * t.lanes
		}
		transposeRest(dst, src, some, done, g.m, ld, g.ldy)
	}
}
