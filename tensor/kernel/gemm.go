package kernel

// The product is blocked as in Goto and van de Geijn, "Anatomy of
// high-performance matrix multiplication" (2008): A and B are packed, a block
// at a time, into panels that the tile kernels read from end to end. What is
// packed is an operand's own matter, so convolutions are products whose
// operands read images.
//
// Letters: m rows and n columns of C, k steps of the sum.

const (
	// sumBlock is the longest sum that is kept in registers. A panel of B of that
	// depth is 48 KB, one of A 8 KB. Longer sums are cut in equal blocks whose
	// results are added in C in order: the cut depends on k alone.
	sumBlock = 256

	// leftBlock and rightBlock are the sizes of the packed blocks in elements,
	// together about the 1 MB of a second-level cache.
	leftBlock  = 512 * sumBlock
	rightBlock = 10 * maxWidth * sumBlock

	cacheLine = 16 // elements

	// looseBlock is about how much of C is computed beside it, in elements, when
	// its place is not a matrix.
	looseBlock = 128 * 1024
)

// gemmScratch is what one thread needs while it computes a block of C.
type gemmScratch struct {
	left  [leftBlock + maxLanes]float32 // rounding writes up to a vector beyond
	right [rightBlock + maxLanes]float32
	steps [roundedAtOnce*maxWidth + 2*maxLanes]float32 // of a panel, to be rounded
	loose []float32                                    // part of C whose place is not a matrix

	windows stagedWindows
}

var gemmScratches freeList[gemmScratch]

// product is C = alpha·A·B + beta·C, cut into blocks of C that are parts of a
// task.
type product struct {
	m, n, k     int
	precision   Precision
	alpha, beta float32
	a           leftOperand
	b           rightOperand
	c           result
	packedLeft  []float32 // A, or nil if it is packed on the way; see Packed
	packedRight []float32 // B likewise
	down, over  int       // blocks of C along its rows and columns
	partRows    int       // rows of C in a block
	partColumns int       // columns of C in a block
}

// result is the place of C.
type result interface {
	// matrix returns the place of columns j … j+cols−1 from row i downwards, and
	// the distance of its rows; nil if they do not lie in that way.
	matrix(i, j, cols int) (c []float32, ld int)

	// store computes C = src + beta·C for rows of columns j … j+cols−1 for which
	// matrix has no place. Rows of src lie ld apart.
	store(t *tileSet, src []float32, ld, i, rows, j, cols int, beta float32)
}

// smallProduct is the number of multiply-adds below which another thread is
// not worth its waking: some 5 µs on one.
const smallProduct = 1 << 19

// run computes the product on the threads of p.
func (g *product) run(p *Pool) {
	g.divide(p.Threads())
	p.Run(g.down*g.over, g)
}

// divide chooses the blocks for a number of threads: as many blocks as
// threads, cut in the way that packs least. Blocks in one column each pack that
// column of B, those in one row the same rows of A.
func (g *product) divide(threads int) {
	t, _ := g.precision.tiles()
	rowUnits, columnUnits := ceil(g.m, t.height), ceil(g.n, t.vectors*t.lanes)
	if g.m*g.n*g.k < smallProduct {
		threads = 1
	}
	threads = min(threads, rowUnits*columnUnits)
	g.down, g.over = 1, 1
	best := -1
	for down := 1; down <= threads; down++ {
		over := min(ceil(threads, down), columnUnits)
		if down > rowUnits {
			break
		}
		// The longest part, counted in multiply-adds; packing an element costs
		// about as much as eight of them.
		rows := ceil(rowUnits, down) * t.height
		columns := ceil(columnUnits, over) * t.vectors * t.lanes
		cost := rows*columns + 8*(rows+columns)
		if best < 0 || cost < best {
			best, g.down, g.over = cost, down, over
		}
	}
	g.partRows = ceil(rowUnits, g.down) * t.height
	g.partColumns = ceil(columnUnits, g.over) * t.vectors * t.lanes
}

// Do computes one block of C.
func (g *product) Do(part int) {
	i0 := part % g.down * g.partRows
	j0 := part / g.down * g.partColumns
	i1 := min(i0+g.partRows, g.m)
	j1 := min(j0+g.partColumns, g.n)
	if i0 >= i1 || j0 >= j1 {
		return
	}
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	b := g.block(s)
	b.i0, b.i1 = i0, i1
	b.columns(j0, j1)
	s.windows.view = nil // it may be the caller's
}

// block computes rows i0 … i1−1 of C in some columns.
type block struct {
	*product
	t      *tileSet
	pairs  *pairSet // nil in float32
	s      *gemmScratch
	i0, i1 int

	j0      int // first column in the scratch's loose part
	looseLd int

	next   *float32 // to be fetched while a panel is computed
	nextLd int

	beside  [][]float32 // see Taker
	fetched int         // rows of them so far
}

// block returns a block without rows.
func (g *product) block(s *gemmScratch) block {
	t, pairs := g.precision.tiles()
	return block{product: g, t: t, pairs: pairs, s: s}
}

// columns computes columns j0 … j1−1.
func (b *block) columns(j0, j1 int) {
	depth := b.precision.sumStep(b.k)
	width := b.t.vectors * b.t.lanes
	step := rightBlock / (b.words(depth) * width) * width
	inCache := max(width, looseBlock/(b.i1-b.i0)/width*width) // of C
	if b.packedRight != nil {
		step = max(step, inCache) // B takes no room: few rows read it from end to end
	}
	loose := !b.inPlace(j0, j1-j0)
	if loose {
		step = min(step, inCache)
	}
	step = ceil(ceil(j1-j0, ceil(j1-j0, step)), width) * width
	rows := leftBlock / b.words(depth) &^ (b.t.height - 1)
	rows = min(rows, b.i1-b.i0)

	// When all of A fits, it is packed once, sum block after sum block.
	whole := b.packedLeft == nil && (b.i1-b.i0)*b.words(b.k) <= leftBlock
	if whole {
		for l := 0; l < b.k; l += depth {
			b.packLeft(b.s.left[(b.i1-b.i0)*b.words(l):], b.i0, b.i1, l, min(depth, b.k-l))
		}
	}
	if loose {
		// Another ld than a power of two, which would crowd a few sets of the cache.
		b.looseLd = step + maxLanes
		if size := (b.i1 - b.i0) * b.looseLd; len(b.s.loose) < size {
			b.s.loose = make([]float32, size)
		}
	}
	for j := j0; j < j1; j += step {
		b.j0 = j
		for l := 0; l < b.k; l += depth {
			k := min(depth, b.k-l)
			if b.packedRight == nil {
				b.b.prepare(b.t, b.s, j, min(j+step, j1), l, k)
			}
			for i := b.i0; i < b.i1; i += rows {
				end := min(i+rows, b.i1)
				left := b.s.left[:]
				switch {
				case b.packedLeft != nil:
					left = b.packedLeft[b.m*b.words(l)+i*b.words(k):]
				case whole:
					left = left[(b.i1-b.i0)*b.words(l):]
				default:
					b.packLeft(left, i, end, l, k)
				}
				b.panels(left, i, end, j, min(j+step, j1), l, k)
			}
		}
		if loose {
			b.storeLoose(j, min(j+step, j1))
		}
	}
}

// storeLoose moves to C what was computed beside it: panels side by side at
// once.
func (b *block) storeLoose(j, end int) {
	width := b.t.vectors * b.t.lanes
	for j < end {
		from := j
		for j < end && !b.inPlace(j, min(width, end-j)) {
			j = min(j+width, end)
		}
		if from < j {
			b.c.store(b.t, b.s.loose[from-b.j0:], b.looseLd, b.i0, b.i1-b.i0, from, j-from, b.beta)
		}
		j += width
	}
}

// inPlace tells whether columns are computed where they belong.
func (b *block) inPlace(j, cols int) bool {
	c, _ := b.c.matrix(b.i0, j, cols)
	return c != nil
}

// packLeft packs rows i … end−1 of A for k steps: panels of the tile's height,
// then lower ones for the rest.
func (b *block) packLeft(dst []float32, i, end, l, k int) {
	for h := b.t.height; h > 0; h /= 2 {
		for ; end-i >= h; i += h {
			b.packLeftPanel(dst, i, h, l, k)
			dst = dst[h*b.words(k):]
		}
	}
}

// panels computes rows i … end−1 of columns j … jEnd−1 for k steps, packing B
// on the way when the rows are the first. While all rows are in one block, each
// panel of B is used at once, and the next takes its place in the cache.
func (b *block) panels(left []float32, i, end, j, jEnd, l, k int) {
	width := b.t.vectors * b.t.lanes
	if b.packedRight != nil {
		b.packedPanels(left, i, end, j, jEnd, l, k)
		return
	}
	right := b.s.right[:]
	for ; j < jEnd; j += width {
		cols := min(width, jEnd-j)
		b.next, b.nextLd = nil, 0
		if i == b.i0 {
			b.packRightPanel(right, j, cols, l, k)
			if j+width < jEnd {
				b.next, b.nextLd = b.b.ahead(j+width, l)
			} else if l+k < b.k {
				b.next, b.nextLd = b.b.ahead(b.j0, l+k)
			}
		}
		if b.next == nil {
			b.next = &right[0]
		}
		b.panel(left, right, i, end, j, cols, k, l == 0)
		if end-i < b.i1-b.i0 {
			right = right[width*b.words(k):]
		}
	}
}

// packedPanels is panels for a B that is packed already.
func (b *block) packedPanels(left []float32, i, end, j, jEnd, l, k int) {
	width := b.t.vectors * b.t.lanes
	right := b.rightPanels(b.packedRight, j, l, k)
	for ; j < jEnd; j += width {
		cols := min(width, jEnd-j)
		here := right
		if right = right[min(width*b.words(k), len(right)):]; len(right) > 0 {
			b.next, b.nextLd = &right[0], width
		}
		b.panel(left, here, i, end, j, cols, k, l == 0)
	}
}

// panel multiplies the packed rows i … end−1 of A with one panel of B and adds
// the result to what earlier steps gave, unless it is the first.
func (b *block) panel(left, right []float32, i, end, j, cols, k int, first bool) {
	beta := float32(1)
	if first {
		beta = b.beta
	}
	vectors := ceil(cols, b.t.lanes)
	tail := cols - (vectors-1)*b.t.lanes
	words := b.words(k)
	c, ld := b.c.matrix(i, j, cols)
	if c == nil {
		c, ld = b.s.loose[(i-b.i0)*b.looseLd+j-b.j0:], b.looseLd
		if first {
			beta = 0
		}
	}
	for r := log2(b.t.height); r >= 0; r-- {
		h := 1 << r
		for n := (end - i) / h; n > 0; {
			some, next, nextLd := n, b.next, b.nextLd
			if row := b.besideNext(); row != nil {
				some, next, nextLd = 1, row, cacheLine
			}
			b.t.tiles[r][vectors-1](&left[0], &right[0], &c[0], words, some, ld, tail, b.alpha, beta, next, nextLd)
			left = left[some*h*words:]
			i += some * h
			n -= some
			if i < end {
				c = c[some*h*ld:]
			}
		}
	}
}

// ceil is a/b rounded up.
func ceil(a, b int) int { return (a + b - 1) / b }

// log2 of a power of two.
func log2(n int) int {
	r := 0
	for n > 1 {
		n /= 2
		r++
	}
	return r
}
