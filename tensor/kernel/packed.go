package kernel

// Packed is an operand that stays the same from run to run, packed once for all
// of them. A product that has one reads its panels where they lie, and gives the
// same bits as one that packs at every run. A convolution that has one is computed
// by its definition, not in tiles: transformed kernels are more than twice as large,
// and where they are packed few images are computed at a time.
//
// It serves the class of CPU for which it was made.
type Packed struct {
	precision Precision
	n, k      int         // of the right operand of a product
	panels    [][]float32 // of the product, or of every phase of an input gradient
}

// Bytes is the memory that it holds.
func (w *Packed) Bytes() int {
	n := 0
	for _, p := range w.panels {
		n += 4 * len(p)
	}
	return n
}

// PackRight packs op(B), k×n, for GemmPacked. It returns nil where B fills less
// than half a vector: Gemm does better by turning such a product.
func PackRight(precision Precision, transB bool, n, k int, b []float32, ldb int) *Packed {
	if n < maxLanes/2 || k <= 0 {
		return nil
	}
	checkMatrix(!transB, k, n, len(b), ldb, shortB)
	right := &rightMatrix{matrix{data: b, ld: ldb, across: !transB}}
	g := product{n: n, k: k, precision: precision, b: right}
	return &Packed{precision, n, k, [][]float32{g.packRight()}}
}

// GemmPacked computes C = alpha·op(A)·B + beta·C as Gemm does, B being packed.
func (p *Pool) GemmPacked(transA bool, m int, alpha float32, a []float32, lda int, b *Packed, beta float32, c []float32, ldc int) {
	if m < 0 {
		panic(negativeSize)
	}
	checkMatrix(!transA, m, b.k, len(a), lda, shortA)
	checkMatrix(true, m, b.n, len(c), ldc, shortC)
	if m == 0 || alpha == 0 {
		scaleMatrix(m, b.n, beta, c, ldc)
		return
	}
	g := sgemms.get()
	defer sgemms.put(g)
	g.left.matrix = matrix{data: a, ld: lda, across: transA}
	g.straight = matrixResult{c, ldc}
	g.product = product{
		m: m, n: b.n, k: b.k, precision: b.precision, alpha: alpha, beta: beta,
		a: &g.left, packedRight: b.panels[0], c: &g.straight,
	}
	g.run(p)
	g.release()
}

// PackForward packs w, M×C×KH×KW, for ConvForward; see Conv.Packed. It returns
// nil where that does not pay.
func (g *Conv) PackForward(w []float32) *Packed {
	if g.empty() {
		return nil
	}
	k := g.C * g.KH * g.KW
	if g.dense() {
		return PackRight(g.Precision, true, g.M, k, w, k)
	}
	f := product{m: g.M, k: k, precision: g.Precision, a: &leftMatrix{matrix{data: w, ld: k}}}
	return &Packed{precision: g.Precision, panels: [][]float32{f.packLeft()}}
}

// PackInputGrad packs w, M×C×KH×KW, for ConvInputGrad; see Conv.Packed. It
// returns nil where that does not pay.
func (g *Conv) PackInputGrad(w []float32) *Packed {
	if g.empty() || !g.dense() && g.foldPays() {
		return nil
	}
	if n := g.C * g.KH * g.KW; g.dense() {
		return PackRight(g.Precision, false, n, g.M, w, n)
	}
	j := inputGrads.get()
	defer inputGrads.put(j)
	j.turned.set(g, w)
	for part := range j.turned.parts() {
		j.turned.Do(part)
	}
	j.set(g, nil, nil, 1)
	made := &Packed{precision: g.Precision}
	for _, f := range j.phases[:j.used] {
		made.panels = append(made.panels, f.packLeft())
	}
	j.release()
	return made
}

// packLeft packs all of A, sum block after sum block.
func (g *product) packLeft() []float32 {
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	b := g.block(s)
	panels := make([]float32, b.panelRoom(g.m))
	for l, depth := 0, g.precision.sumStep(g.k); l < g.k; l += depth {
		b.packLeft(panels[g.m*b.words(l):], 0, g.m, l, min(depth, g.k-l))
	}
	return panels
}

// packRight packs all of B, which must need no preparation, sum block after sum
// block.
func (g *product) packRight() []float32 {
	s := gemmScratches.get()
	defer gemmScratches.put(s)
	b := g.block(s)
	panels := make([]float32, b.panelRoom(ceil(g.n, b.t.lanes)*b.t.lanes))
	b.packRight(panels, 0, g.n)
	return panels
}

// packRight packs columns j … end−1 into the panels of all, j being a panel's first.
func (b *block) packRight(panels []float32, j, end int) {
	width := b.t.vectors * b.t.lanes
	for ; j < end; j += width {
		for l, depth := 0, b.precision.sumStep(b.k); l < b.k; l += depth {
			k := min(depth, b.k-l)
			b.packRightPanel(b.rightPanels(panels, j, l, k), j, min(width, end-j), l, k)
		}
	}
}

// panelRoom is the number of words that the panels of a side take, for all steps of
// the sum side by side.
func (b *block) panelRoom(side int) int {
	size := side * b.words(b.k)
	if b.pairs != nil {
		size += maxLanes // rounding writes up to a vector beyond
	}
	return size
}

// rightPanels are the packed panels from column j on for k steps from l on.
func (b *block) rightPanels(panels []float32, j, l, k int) []float32 {
	return panels[ceil(b.n, b.t.lanes)*b.t.lanes*b.words(l)+j*b.words(k):]
}
