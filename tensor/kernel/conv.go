package kernel

// Conv is the geometry of a two-dimensional convolution and of its gradients.
// Images are N×C×H×W:
//
//	x: N×C×H×W   w: M×C×KH×KW   y: N×M×OH×OW
//
//	y[n,m,i,j] = Σ x[n,c,h,w]·w[m,c,kh,kw]  over c, kh, kw, with
//	h = i·StrideH − PadTop + kh·DilationH,  w = j·StrideW − PadLeft + kw·DilationW
//
// and x being 0 outside the image. OH and OW say how much of the bottom and the
// right is covered, so those pads need no fields of their own. As in ONNX and
// in every framework, it is a correlation: the kernel is not flipped.
//
// All three operations are products of matrices whose operands read images
// where they lie: no unfolded copy of a batch is made.
type Conv struct {
	N, C, H, W           int // batch, input channels, input height and width
	M, KH, KW            int // output channels, kernel height and width
	OH, OW               int // output height and width
	StrideH, StrideW     int // at least 1
	PadTop, PadLeft      int // may be negative: cropping
	DilationH, DilationW int // at least 1

	Precision Precision // of the operands

	// Packed is w, packed beforehand with PackForward or PackInputGrad for an equal
	// geometry of any N; nil: it is packed in the call.
	Packed *Packed
}

// ConvForward computes y = x ⋆ w, overwriting y.
//
// C[m, (n,i,j)] = Σ w[m, (c,kh,kw)] · window[(c,kh,kw), (n,i,j)].
func (p *Pool) ConvForward(g *Conv, y, x, w []float32) {
	g.check(y, x, w)
	if g.empty() {
		clear(y[:g.N*g.M*g.OH*g.OW])
		return
	}
	if g.dense() {
		if g.Packed != nil {
			p.GemmPacked(false, g.N, 1, x, g.C*g.KH*g.KW, g.Packed, 0, y, g.M)
			return
		}
		p.Gemm(g.Precision, false, true, g.N, g.M, g.C*g.KH*g.KW, 1, x, g.C*g.KH*g.KW, w, g.C*g.KH*g.KW, 0, y, g.M)
		return
	}
	if g.filtered() && p.filterForward(g, y, x, w) {
		return
	}
	p.directForward(g, y, x, w)
}

// directForward is ConvForward by its definition.
func (p *Pool) directForward(g *Conv, y, x, w []float32) {
	j := convolutions.get()
	defer convolutions.put(j)
	j.columns.windows.of(g, x)
	j.weights.matrix = matrix{data: w, ld: g.C * g.KH * g.KW}
	j.outputs = positions{dst: y, channels: g.M, plane: g.OH * g.OW, rows: g.OH, cols: g.OW, stepH: g.OW, stepW: 1}
	j.product = product{
		m: g.M, n: g.N * g.OH * g.OW, k: g.C * g.KH * g.KW, precision: g.Precision, alpha: 1,
		a: &j.weights, b: &j.columns, c: &j.outputs,
	}
	if g.Packed != nil {
		j.packedLeft = g.Packed.panels[0]
	}
	j.run(p)
	j.release()
}

// ConvWeightGrad computes the gradient dw of ConvForward's w from dy, that of
// its y, overwriting dw.
//
// C[m, (c,kh,kw)] = Σ dy[m, (n,i,j)] · window[(c,kh,kw), (n,i,j)].
func (p *Pool) ConvWeightGrad(g *Conv, dw, x, dy []float32) {
	g.check(dy, x, dw)
	if g.empty() {
		clear(dw[:g.M*g.C*g.KH*g.KW])
		return
	}
	if g.dense() {
		p.Gemm(g.Precision, true, false, g.M, g.C*g.KH*g.KW, g.N, 1, dy, g.M, x, g.C*g.KH*g.KW, 0, dw, g.C*g.KH*g.KW)
		return
	}
	if g.filtered() && p.filterWeightGrad(g, dw, x, dy) {
		return
	}
	p.directWeightGrad(g, dw, x, dy)
}

// directWeightGrad is ConvWeightGrad by its definition.
func (p *Pool) directWeightGrad(g *Conv, dw, x, dy []float32) {
	j := convolutions.get()
	defer convolutions.put(j)
	j.rows.windows.of(g, x)
	j.gradients = imageRows{src: dy, channels: g.M, plane: g.OH * g.OW}
	j.dw = matrixResult{data: dw, ld: g.C * g.KH * g.KW}
	j.product = product{
		m: g.M, n: g.C * g.KH * g.KW, k: g.N * g.OH * g.OW, precision: g.Precision, alpha: 1,
		a: &j.gradients, b: &j.rows, c: &j.dw,
	}
	j.run(p)
	j.release()
}

// convolution is a product with every operand that ConvForward and
// ConvWeightGrad need.
type convolution struct {
	product
	weights   leftMatrix
	gradients imageRows
	columns   windowColumns
	rows      windowRows
	outputs   positions
	dw        matrixResult
}

var convolutions freeList[convolution]

// release forgets the caller's memory.
func (j *convolution) release() {
	j.packedLeft = nil
	j.weights.data, j.gradients.src, j.dw.data, j.outputs.dst = nil, nil, nil, nil
	j.columns.src, j.rows.src = nil, nil
}

// of sets w to what a forward convolution meets in x.
func (w *windows) of(g *Conv, x []float32) {
	w.src, w.channels, w.h, w.w = x, g.C, g.H, g.W
	w.rows, w.cols = g.OH, g.OW
	w.strideH, w.strideW = g.StrideH, g.StrideW
	w.rowTaps, w.colTaps = w.rowTaps[:0], w.colTaps[:0]
	for kh := range g.KH {
		w.rowTaps = append(w.rowTaps, kh*g.DilationH-g.PadTop)
	}
	for kw := range g.KW {
		w.colTaps = append(w.colTaps, kw*g.DilationW-g.PadLeft)
	}
}

// imageRows is an image batch as the left operand of a weight gradient: a row
// is a channel, the sum goes over images and their elements.
type imageRows struct {
	src      []float32
	channels int
	plane    int // elements in a channel
}

func (a *imageRows) pack(t *tileSet, dst []float32, i, rows, l, k int) {
	for k > 0 {
		n, p := l/a.plane, l%a.plane
		some := min(k, a.plane-p)
		m := leftMatrix{matrix{data: a.src[n*a.channels*a.plane:], ld: a.plane}}
		m.pack(t, dst, i, rows, p, some)
		dst = dst[rows*some:]
		l += some
		k -= some
	}
}

// empty tells whether no product takes part in any sum.
func (g *Conv) empty() bool {
	return g.N == 0 || g.C == 0 || g.M == 0 || g.KH == 0 || g.KW == 0 || g.OH == 0 || g.OW == 0 || g.H == 0 || g.W == 0
}

// dense tells whether the kernel covers the image exactly: a fully connected
// layer, whose x, w and y are plain matrices N×(C·H·W), M×(C·H·W) and N×M.
func (g *Conv) dense() bool {
	return g.OH == 1 && g.OW == 1 && g.KH == g.H && g.KW == g.W &&
		g.PadTop == 0 && g.PadLeft == 0 && (g.DilationH == 1 || g.KH == 1) && (g.DilationW == 1 || g.KW == 1)
}

// check panics unless the geometry is sound and the slices are long enough.
func (g *Conv) check(y, x, w []float32) {
	if min(g.N, g.C, g.H, g.W, g.M, g.KH, g.KW, g.OH, g.OW) < 0 || min(g.StrideH, g.StrideW, g.DilationH, g.DilationW) < 1 {
		panic(badConv)
	}
	if len(x) < g.N*g.C*g.H*g.W {
		panic(shortX)
	}
	if len(w) < g.M*g.C*g.KH*g.KW {
		panic(shortW)
	}
	if len(y) < g.N*g.M*g.OH*g.OW {
		panic(shortY)
	}
}
