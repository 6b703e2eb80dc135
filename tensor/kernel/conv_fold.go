package kernel

// The second way to an input gradient multiplies first and adds afterwards,
//
//	T[(c,kh,kw), (n,i,j)] = Σ w[m,c,kh,kw] · dy[n,m,i,j]  over m
//	dx[n,c,h,w] = Σ T[(c,kh,kw), (n,i,j)]  over the kh, kw, i, j that meet (h,w)
//
// a few images at a time. It suits few input channels, for which the rows of a
// phase would not fill a tile, and kernels that mostly hang over the edge.

const (
	foldBlock   = 1 << 17 // elements of T at a time, which stay in the second-level cache
	foldColumns = 10 * maxWidth
)

// foldPays tells whether folding is cheaper than phases. It counts the time in
// multiply-adds, of which a tile does 32 in the time of one other operation:
// packing an element takes about a third of that, adding one of T twice that.
// It depends on the geometry alone, so results do not depend on the machine.
func (g *Conv) foldPays() bool {
	taps := g.KH * g.KW
	meetings := g.H * g.W * taps / (g.StrideH * g.StrideW)
	phases := meetings * g.M * (g.C + 10)
	fold := g.OH * g.OW * taps * g.C * (g.M + 64)
	return fold < phases
}

// fold is the task of an input gradient by folding. Its parts are groups of
// images.
type fold struct {
	g         Conv
	dx, dy, w []float32
	images    int // in a part
	channels  int // in a block of T
}

var folds freeList[fold]

// foldScratch is what one thread needs.
type foldScratch struct {
	product
	weights leftMatrix
	columns windowColumns
	t       matrixResult
	data    []float32
}

var foldScratches freeList[foldScratch]

func (p *Pool) foldInputGrad(g *Conv, dx, dy, w []float32) {
	f := folds.get()
	defer folds.put(f)
	*f = fold{g: *g, dx: dx, dy: dy, w: w}
	// Any grouping gives the same bits: images have no sums in common.
	f.images = max(1, min(foldColumns/(g.OH*g.OW), ceil(g.N, p.Threads())))
	f.channels = min(g.C, max(1, foldBlock/(g.KH*g.KW*g.OH*g.OW*f.images)))
	p.Run(ceil(g.N, f.images), f)
	f.dx, f.dy, f.w = nil, nil, nil
}

// Do computes dx of one group.
func (f *fold) Do(part int) {
	g := &f.g
	n0 := part * f.images
	images := min(f.images, g.N-n0)
	s := foldScratches.get()
	defer foldScratches.put(s)

	area, cols := g.KH*g.KW, images*g.OH*g.OW
	if size := f.channels * area * cols; len(s.data) < size {
		s.data = make([]float32, size)
	}
	x := &s.columns.windows
	x.src, x.channels, x.h, x.w = f.dy[n0*g.M*g.OH*g.OW:], g.M, g.OH, g.OW
	x.rows, x.cols, x.strideH, x.strideW = g.OH, g.OW, 1, 1
	x.rowTaps, x.colTaps = append(x.rowTaps[:0], 0), append(x.colTaps[:0], 0)
	s.t = matrixResult{data: s.data, ld: cols}
	t := &tileSets[active]
	for c := 0; c < g.C; c += f.channels {
		channels := min(f.channels, g.C-c)
		s.weights.matrix = matrix{data: f.w[c*area:], ld: g.C * area, across: true}
		s.product = product{m: channels * area, n: cols, k: g.M, precision: g.Precision, alpha: 1, a: &s.weights, b: &s.columns, c: &s.t}
		s.run(nil)
		for n := range images {
			dx := f.dx[((n0+n)*g.C+c)*g.H*g.W:][:channels*g.H*g.W]
			clear(dx)
			for e := range area {
				g.addElement(t, dx, s.data[e*cols+n*g.OH*g.OW:], channels, area*cols, e/g.KW, e%g.KW)
			}
		}
	}
	x.src, s.weights.data = nil, nil
}

// addElement adds what one element of the kernel contributes to some channels
// of an image. Channels of src lie ld apart.
func (g *Conv) addElement(t *tileSet, dx, src []float32, channels, ld, kh, kw int) {
	row, col := kh*g.DilationH-g.PadTop, kw*g.DilationW-g.PadLeft
	top, bottom := inside(row, g.StrideH, g.OH, g.H)
	left, right := inside(col, g.StrideW, g.OW, g.W)
	if top >= bottom {
		return
	}
	for j := left; j < right; j += t.lanes {
		at := (row+top*g.StrideH)*g.W + col + j*g.StrideW
		t.store(g.StrideW, dx[at:], src[top*g.OW+j:], channels, g.H*g.W, ld, bottom-top, g.StrideH*g.W, g.OW, lanesBetween(0, right-j, t.lanes), true)
	}
}

// inside returns the range of i, 0 ≤ i < n, for which 0 ≤ first + i·stride < size.
func inside(first, stride, n, size int) (lo, hi int) {
	if first < 0 {
		lo = ceil(-first, stride)
	}
	if first < size {
		hi = min(n, ceil(size-first, stride))
	}
	return lo, hi
}
