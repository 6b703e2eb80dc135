package kernel

// A product that is used once, element by element, need not be a matrix in memory:
// the gradient by a large weight is as large as the weight, and an optimiser wants
// each of its elements but once. So it may be handed on a block at a time, from the
// cache. What the user reads beside it is fetched while it is computed, so that the
// time of the memory is hidden behind that of the processor.

// Taker uses the blocks of a product.
type Taker interface {
	// Take gets rows i … i+rows−1 of columns j … j+cols−1, rows ld apart. The
	// blocks make up the product; several threads bring them at the same time, in
	// any order. The values are gone when it returns.
	Take(block []float32, ld, i, rows, j, cols int)

	// Beside returns the m×n matrices that Take reads at the places of its block.
	Beside() [][]float32
}

// takenBlock is about how many elements a block has: it lies in the second-level
// cache with as much of some matrices beside it.
const takenBlock = 32 << 10

// takenProduct is the task of a product by blocks. Its parts are ranges of rows.
type takenProduct struct {
	product
	left  leftMatrix
	right rightPacking
	taker Taker
}

var takenProducts freeList[takenProduct]

// GemmTaken computes op(A)·op(B), for k of at least 1, and gives it to the taker. It
// has the bits of Gemm, but where that turns a narrow product in BF16x3.
func (p *Pool) GemmTaken(precision Precision, transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, taker Taker) {
	if m < 0 || n < 0 {
		panic(negativeSize)
	}
	if k < 1 {
		panic(emptySum)
	}
	checkMatrix(!transA, m, k, len(a), lda, shortA)
	checkMatrix(!transB, k, n, len(b), ldb, shortB)
	if m == 0 || n == 0 {
		return
	}
	g := takenProducts.get()
	defer takenProducts.put(g)
	g.left.matrix = matrix{data: a, ld: lda, across: transA}
	g.right.matrix = matrix{data: b, ld: ldb, across: !transB}
	g.taker = taker
	g.product = product{m: m, n: n, k: k, precision: precision, alpha: 1, a: &g.left, b: &g.right, c: nowhere{}}
	p.Run(g.right.set(&g.product), &g.right)
	g.packedRight = g.right.panels
	p.Run(g.divide(), g)
	g.left.data, g.right.data, g.taker = nil, nil, nil
}

// divide chooses the blocks, and returns the number of parts. Each step of a tile's
// sum fetches a cache line, so a row is about as long as what one tile fetches.
func (g *takenProduct) divide() int {
	t, _ := g.precision.tiles()
	width := t.vectors * t.lanes
	fetched := g.precision.sumStep(g.k) * cacheLine
	g.partColumns = ceil(ceil(g.n, max(1, (g.n+fetched/2)/fetched)), width) * width
	g.partRows = max(1, takenBlock/g.partColumns/t.height) * t.height
	return ceil(g.m, g.partRows)
}

// Do computes some rows.
func (g *takenProduct) Do(part int) {
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	b := g.block(s)
	b.i0 = part * g.partRows
	b.i1 = min(b.i0+g.partRows, g.m)
	rows := b.i1 - b.i0
	b.looseLd = g.partColumns + maxLanes // no power of two, which would crowd a few sets of the cache
	if size := rows * b.looseLd; len(s.loose) < size {
		s.loose = make([]float32, size)
	}
	b.beside = g.taker.Beside()
	depth := g.precision.sumStep(g.k)
	for j := 0; j < g.n; j += g.partColumns {
		end := min(j+g.partColumns, g.n)
		b.j0, b.fetched = j, 0
		for l := 0; l < g.k; l += depth {
			k := min(depth, g.k-l)
			if j == 0 || depth < g.k {
				b.packLeft(s.left[:], b.i0, b.i1, l, k)
			}
			b.panels(s.left[:], b.i0, b.i1, j, end, l, k)
		}
		g.taker.Take(s.loose, b.looseLd, b.i0, rows, j, end-j)
	}
}

// besideNext is the row of what lies beside the block that is to be fetched next, by
// one tile; nil when all are.
func (b *block) besideNext() *float32 {
	if b.fetched == len(b.beside)*(b.i1-b.i0) {
		return nil
	}
	row, matrix := b.fetched/len(b.beside), b.beside[b.fetched%len(b.beside)]
	b.fetched++
	return &matrix[(b.i0+row)*b.n+b.j0]
}

// nowhere is the place of a product that has none.
type nowhere struct{}

func (nowhere) matrix(_, _, _ int) ([]float32, int) { return nil, 0 }

func (nowhere) store(*tileSet, []float32, int, int, int, int, int, float32) {}

// rightPacking is a right operand that all threads pack before they share it. Its
// parts are groups of panels.
type rightPacking struct {
	rightMatrix
	product *product
	panels  []float32
}

// panelsAtOnce is how many panels a part packs.
const panelsAtOnce = 4

// set makes room for the panels and returns the number of parts.
func (q *rightPacking) set(g *product) int {
	q.product = g
	b := g.block(nil)
	q.panels = grown(q.panels, b.panelRoom(ceil(g.n, b.t.lanes)*b.t.lanes))
	return ceil(g.n, panelsAtOnce*b.t.vectors*b.t.lanes)
}

// Do packs some panels.
func (q *rightPacking) Do(part int) {
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	b := q.product.block(s)
	columns := panelsAtOnce * b.t.vectors * b.t.lanes
	b.packRight(q.panels, part*columns, min((part+1)*columns, b.n))
}
