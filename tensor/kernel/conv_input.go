package kernel

// ConvInputGrad computes the gradient dx of ConvForward's x from dy, that of
// its y, overwriting dx. It is the transposed convolution of dy.
//
// Elements of dx whose row and column leave the same remainders modulo the
// strides meet the same elements of the kernel. For each such phase it is a
// convolution of dy with stride 1,
//
//	C[c, (n,a,b)] = Σ w[m,c,kh,kw] · dy[n, m, a + rowTap, b + colTap]  over m, kh, kw
//
// so no product with an inserted zero is computed.
func (p *Pool) ConvInputGrad(g *Conv, dx, dy, w []float32) {
	g.check(dy, dx, w)
	if g.empty() {
		clear(dx[:g.N*g.C*g.H*g.W])
		return
	}
	if g.dense() {
		if g.Packed != nil {
			p.GemmPacked(false, g.N, 1, dy, g.M, g.Packed, 0, dx, g.C*g.KH*g.KW)
			return
		}
		p.Gemm(g.Precision, false, false, g.N, g.C*g.KH*g.KW, g.M, 1, dy, g.M, w, g.C*g.KH*g.KW, 0, dx, g.C*g.KH*g.KW)
		return
	}
	if g.filtered() && p.filterInputGrad(g, dx, dy, w) {
		return
	}
	p.directInputGrad(g, dx, dy, w)
}

// directInputGrad is ConvInputGrad by its definition.
func (p *Pool) directInputGrad(g *Conv, dx, dy, w []float32) {
	if g.foldPays() {
		p.foldInputGrad(g, dx, dy, w)
		return
	}
	j := inputGrads.get()
	defer inputGrads.put(j)
	if g.Packed == nil {
		j.turned.set(g, w)
		p.Run(j.turned.parts(), &j.turned)
	}
	j.set(g, dx, dy, p.Threads())
	if j.gaps {
		clear(dx[:g.N*g.C*g.H*g.W])
	}
	p.Run(j.parts, j)
	j.release()
}

// inputGrad is the task of an input gradient: its parts are those of all
// phases that have any.
type inputGrad struct {
	turned turnedKernel
	phases []*phase
	used   int
	blocks int // parts of the phase that has most
	parts  int
	gaps   bool // there are others, which meet no element of the kernel
}

// phaseColumns is about how many columns of C a part computes where there are
// many: dy and dx of some images, which all phases read and write, then stay in
// the cache.
const phaseColumns = 20 * maxWidth

// turnedKernel is w as [kh,kw] matrices of M×C: a phase takes whole ones.
type turnedKernel struct {
	w          []float32
	rows, cols int // of w as a matrix, (m,c)×(kh,kw)
	data       []float32
}

// turnedPart is how many rows of w a part transposes.
const turnedPart = 4096

func (k *turnedKernel) set(g *Conv, w []float32) {
	k.w, k.rows, k.cols = w, g.M*g.C, g.KH*g.KW
	if size := k.rows * k.cols; len(k.data) < size {
		k.data = make([]float32, size)
	}
}

func (k *turnedKernel) parts() int { return ceil(k.rows, turnedPart) }

// Do transposes some rows.
func (k *turnedKernel) Do(part int) {
	t := &tileSets[active]
	end := min((part+1)*turnedPart, k.rows)
	squares := k.cols / t.lanes
	for i := part * turnedPart; i < end; i += t.lanes {
		dst, src := k.data[i:], k.w[i*k.cols:]
		rows, done := min(t.lanes, end-i), 0
		if rows == t.lanes && squares > 0 {
			t.packLanes(&dst[0], &src[0], squares, k.cols, k.rows)
			done = squares * t.lanes
		}
		transposeRest(dst, src, rows, done, k.cols, k.cols, k.rows)
	}
}

// phase computes the elements of dx with one pair of remainders.
type phase struct {
	product
	kernel  phaseKernel
	columns windowColumns
	outputs positions
	parts   int
}

var inputGrads freeList[inputGrad]

func (j *inputGrad) set(g *Conv, dx, dy []float32, threads int) {
	j.used, j.blocks, j.gaps = 0, 0, false
	phases := min(g.StrideH, g.H) * min(g.StrideW, g.W)
	for rh := range min(g.StrideH, g.H) {
		for rw := range min(g.StrideW, g.W) {
			if j.used == len(j.phases) {
				j.phases = append(j.phases, new(phase))
			}
			f := j.phases[j.used]
			f.set(g, dx, dy, j.turned.data, rh, rw)
			if f.k == 0 { // a stride beyond the kernel
				j.gaps = true
				continue
			}
			if g.Packed != nil {
				f.packedLeft = g.Packed.panels[j.used]
			}
			j.used++
			f.divideColumns(threads, phases)
			j.blocks = max(j.blocks, f.parts)
		}
	}
	j.parts = j.blocks * j.used
}

// divideColumns chooses the parts of one of so many phases.
func (f *phase) divideColumns(threads, phases int) {
	// Whole phases keep the threads busy if they can be dealt out evenly.
	if phases%threads == 0 {
		threads = 1
	}
	f.divide(threads)
	if f.n >= 2*phaseColumns {
		t, _ := f.precision.tiles()
		width := t.vectors * t.lanes
		f.down, f.over = 1, ceil(f.n/phaseColumns, threads)*threads
		f.partRows, f.partColumns = f.m, ceil(ceil(f.n, f.over), width)*width
	}
	f.parts = f.down * f.over
}

// Do computes one part. Parts of the same images follow each other.
func (j *inputGrad) Do(part int) {
	f := j.phases[part%j.used]
	if block := part / j.used; block < f.parts {
		f.Do(block)
	}
}

// release forgets the caller's memory.
func (j *inputGrad) release() {
	j.turned.w = nil
	for _, f := range j.phases {
		f.kernel.turned, f.columns.src, f.outputs.dst, f.packedLeft = nil, nil, nil, nil
	}
}

func (f *phase) set(g *Conv, dx, dy, turned []float32, rh, rw int) {
	x := &f.columns.windows
	k := &f.kernel
	x.src, x.channels, x.h, x.w = dy, g.M, g.OH, g.OW
	x.rows, x.cols = ceil(g.H-rh, g.StrideH), ceil(g.W-rw, g.StrideW)
	x.strideH, x.strideW = 1, 1
	x.rowTaps, k.rows = phaseTaps(x.rowTaps, k.rows, g.KH, rh+g.PadTop, g.StrideH, g.DilationH)
	x.colTaps, k.cols = phaseTaps(x.colTaps, k.cols, g.KW, rw+g.PadLeft, g.StrideW, g.DilationW)
	k.turned, k.plane, k.channels, k.kw = turned, g.M*g.C, g.C, g.KW
	f.outputs = positions{
		dst: dx, channels: g.C, plane: g.H * g.W, rows: x.rows, cols: x.cols,
		origin: rh*g.W + rw, stepH: g.StrideH * g.W, stepW: g.StrideW,
	}
	f.product = product{
		m: g.C, n: g.N * x.rows * x.cols, k: g.M * x.perChannel(), precision: g.Precision, alpha: 1,
		a: k, b: &f.columns, c: &f.outputs,
	}
}

// phaseTaps finds the elements e of a kernel's side that meet a phase: those
// for which first − e·dilation is a multiple of the stride. The quotient is
// the tap: how far from its own place an element of dx finds dy.
func phaseTaps(taps, elements []int, size, first, stride, dilation int) (_, _ []int) {
	taps, elements = taps[:0], elements[:0]
	for e := range size {
		if d := first - e*dilation; d%stride == 0 {
			taps, elements = append(taps, d/stride), append(elements, e)
		}
	}
	return taps, elements
}

// phaseKernel is the kernel as the left operand of a phase: a row is a channel
// of dx, the sum goes over the channels of dy and the elements that meet the
// phase.
type phaseKernel struct {
	turned     []float32 // see turnedKernel
	plane      int       // elements of turned for one (kh,kw)
	channels   int
	kw         int
	rows, cols []int // elements that meet the phase
}

func (a *phaseKernel) pack(_ *tileSet, dst []float32, i, rows, l, k int) {
	// Steps that meet the same element of the kernel are a fixed distance apart
	// and lie in rows of one matrix.
	taps := len(a.rows) * len(a.cols)
	for s := l; s < l+min(k, taps); s++ {
		row, col := a.rows[s%taps/len(a.cols)], a.cols[s%len(a.cols)]
		src := a.turned[(row*a.kw+col)*a.plane+s/taps*a.channels+i:]
		copyRows(dst[(s-l)*rows:], src, rows, ceil(k-(s-l), taps), a.channels, taps*rows)
	}
}
