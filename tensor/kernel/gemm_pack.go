package kernel

// leftOperand is A of a product, element (i,l) for row i of C and step l of
// the sum.
type leftOperand interface {
	// pack writes steps l … l+k−1 of rows i … i+rows−1 as a panel of k × rows, rows
	// being a power of two up to the tile's height.
	pack(t *tileSet, dst []float32, i, rows, l, k int)
}

// rightOperand is B of a product, element (l,j) for step l and column j of C.
type rightOperand interface {
	// prepare is called before panels of columns j0 … j1−1 are packed for steps
	// l … l+k−1, with the same scratch.
	prepare(t *tileSet, s *gemmScratch, j0, j1, l, k int)

	// pack writes steps l … l+k−1 of columns j … j+cols−1 as a panel of k × width,
	// width being the tile's: cols rounded up to full vectors. What it writes
	// beyond cols does not matter.
	pack(t *tileSet, s *gemmScratch, dst []float32, j, cols, l, k int)

	// ahead returns what pack will read for columns from j on and steps from l
	// on, rows that are ld apart, if fetching it early helps; else nil.
	ahead(j, l int) (p *float32, ld int)
}

// matrix is an operand in memory. Its panels run along the rows of C if it is
// the left operand, along the columns if it is the right one.
type matrix struct {
	data []float32
	ld   int

	// across is set when neighbours in memory are neighbours along a panel,
	// not along the sum: for a transposed left or a plain right operand.
	across bool
}

type leftMatrix struct{ matrix }

func (a *leftMatrix) pack(t *tileSet, dst []float32, i, rows, l, k int) {
	if a.across {
		copyRows(dst, a.data[l*a.ld+i:], rows, k, a.ld, rows)
		return
	}
	src := a.data[i*a.ld+l:]
	done := 0
	if rows == t.height {
		if squares := k / rows; squares > 0 {
			t.packHeight(&dst[0], &src[0], squares, a.ld, rows)
			done = squares * rows
		}
	}
	transposeRest(dst, src, rows, done, k, a.ld, rows)
}

type rightMatrix struct{ matrix }

func (b *rightMatrix) prepare(*tileSet, *gemmScratch, int, int, int, int) {}

func (b *rightMatrix) pack(t *tileSet, _ *gemmScratch, dst []float32, j, cols, l, k int) {
	vectors := ceil(cols, t.lanes)
	tail := cols - (vectors-1)*t.lanes
	if b.across {
		t.packRows(&dst[0], &b.data[l*b.ld+j], k, b.ld, vectors, tail)
		return
	}
	width := vectors * t.lanes
	squares := k / t.lanes
	for v := range vectors {
		dst, src := dst[v*t.lanes:], b.data[(j+v*t.lanes)*b.ld+l:]
		rows, done := t.lanes, 0
		if v == vectors-1 {
			rows = tail
		}
		if rows == t.lanes && squares > 0 {
			t.packLanes(&dst[0], &src[0], squares, b.ld, width)
			done = squares * t.lanes
		}
		transposeRest(dst, src, rows, done, k, b.ld, width)
	}
}

func (b *rightMatrix) ahead(j, l int) (*float32, int) {
	if !b.across {
		return nil, 0
	}
	return &b.data[l*b.ld+j], b.ld
}

// columnPanels are columns in panels of one width side by side, for AVX-512.
type columnPanels struct{ cols, width int }

// newPanels chooses the width: a single panel, or several of three vectors that are
// full, or else of two, which cut 64 columns evenly.
func newPanels(cols int) columnPanels {
	switch {
	case cols <= maxWidth:
		return columnPanels{cols, ceil(cols, maxLanes) * maxLanes}
	case cols%maxWidth == 0:
		return columnPanels{cols, maxWidth}
	}
	return columnPanels{cols, 2 * maxLanes}
}

// at is where column j begins in panels of so many steps.
func (p columnPanels) at(j, steps int) int { return j/p.width*p.width*steps + j%p.width }

// packedColumns are the rows of a matrix as columns, packed for all threads by block
// of the sum and panel. Parts are blocks of the sum.
type packedColumns struct {
	rightMatrix
	cols, k int
	width   int // of a panel
	panels  []float32
}

func (c *packedColumns) set(data []float32, ld, cols, k int) {
	c.matrix = matrix{data: data, ld: ld}
	c.cols, c.k, c.width = cols, k, newPanels(cols).width
	c.panels = grown(c.panels, ceil(cols, maxLanes)*maxLanes*k)
}

// at is where the panel from column j on begins for k steps from l on.
func (c *packedColumns) at(j, l, k int) int { return ceil(c.cols, maxLanes)*maxLanes*l + j*k }

func (c *packedColumns) parts() int { return ceil(c.k, Float32.sumStep(c.k)) }

// Do packs one block of the sum.
func (c *packedColumns) Do(part int) {
	t := &tileSets[active]
	depth := Float32.sumStep(c.k)
	l := part * depth
	k := min(depth, c.k-l)
	for j := 0; j < c.cols; j += c.width {
		c.pack(t, nil, c.panels[c.at(j, l, k):], j, min(c.width, c.cols-j), l, k)
	}
}

// copyRows copies k rows of a few elements.
func copyRows(dst, src []float32, cols, k, srcLd, dstLd int) {
	switch cols {
	case 8:
		for l := range k {
			*(*[8]float32)(dst[l*dstLd:]) = *(*[8]float32)(src[l*srcLd:])
		}
	case 4:
		for l := range k {
			*(*[4]float32)(dst[l*dstLd:]) = *(*[4]float32)(src[l*srcLd:])
		}
	default:
		for l := range k {
			copy(dst[l*dstLd:][:cols], src[l*srcLd:])
		}
	}
}

// transposeRest transposes columns from … to−1 of rows, ld apart, into rows of
// dst, stride apart.
func transposeRest(dst, src []float32, rows, from, to, ld, stride int) {
	if from == to {
		return
	}
	for i := range rows {
		for l, v := range src[i*ld+from : i*ld+to] {
			dst[(from+l)*stride+i] = v
		}
	}
}
