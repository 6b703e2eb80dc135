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
	j := inputGrads.get()
	defer inputGrads.put(j)
	j.set(g, dx, dy, w, p.Threads())
	p.Run(j.parts, j)
	j.release()
}

// inputGrad is the task of an input gradient: its parts are those of all
// phases.
type inputGrad struct {
	phases []*phase
	used   int
	parts  int
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

func (j *inputGrad) set(g *Conv, dx, dy, w []float32, threads int) {
	j.used, j.parts = 0, 0
	phases := min(g.StrideH, g.H) * min(g.StrideW, g.W)
	for rh := range min(g.StrideH, g.H) {
		for rw := range min(g.StrideW, g.W) {
			if j.used == len(j.phases) {
				j.phases = append(j.phases, new(phase))
			}
			f := j.phases[j.used]
			j.used++
			f.set(g, dx, dy, w, rh, rw)
			if f.k == 0 { // a stride beyond the kernel
				clear(dx[:g.N*g.C*g.H*g.W])
				f.parts = 0
				continue
			}
			// Whole phases keep the threads busy if they can be dealt out evenly.
			each := threads
			if phases%threads == 0 {
				each = 1
			}
			f.divide(each)
			f.parts = f.down * f.over
			j.parts += f.parts
		}
	}
}

// Do computes one part.
func (j *inputGrad) Do(part int) {
	for _, f := range j.phases[:j.used] {
		if part < f.parts {
			f.Do(part)
			return
		}
		part -= f.parts
	}
}

// release forgets the caller's memory.
func (j *inputGrad) release() {
	for _, f := range j.phases[:j.used] {
		f.kernel.w, f.columns.src, f.outputs.dst = nil, nil, nil
	}
}

func (f *phase) set(g *Conv, dx, dy, w []float32, rh, rw int) {
	x := &f.columns.windows
	k := &f.kernel
	x.src, x.channels, x.h, x.w = dy, g.M, g.OH, g.OW
	x.rows, x.cols = ceil(g.H-rh, g.StrideH), ceil(g.W-rw, g.StrideW)
	x.strideH, x.strideW = 1, 1
	x.rowTaps, k.rows = phaseTaps(x.rowTaps, k.rows, g.KH, rh+g.PadTop, g.StrideH, g.DilationH)
	x.colTaps, k.cols = phaseTaps(x.colTaps, k.cols, g.KW, rw+g.PadLeft, g.StrideW, g.DilationW)
	k.w, k.channels, k.kh, k.kw = w, g.C, g.KH, g.KW
	f.outputs = positions{
		dst: dx, channels: g.C, plane: g.H * g.W, rows: x.rows, cols: x.cols,
		origin: rh*g.W + rw, stepH: g.StrideH * g.W, stepW: g.StrideW,
	}
	f.product = product{
		m: g.C, n: g.N * x.rows * x.cols, k: g.M * x.perChannel(), alpha: 1,
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
	w          []float32
	channels   int
	kh, kw     int
	rows, cols []int // elements that meet the phase
}

func (a *phaseKernel) pack(_ *tileSet, dst []float32, i, rows, l, k int) {
	area := a.kh * a.kw
	for step := l; step < l+k; step++ {
		col := a.cols[step%len(a.cols)]
		row := a.rows[step/len(a.cols)%len(a.rows)]
		m := step / (len(a.cols) * len(a.rows))
		at := (m*a.channels+i)*area + row*a.kw + col
		for r := range dst[:rows] {
			dst[r] = a.w[at+r*area]
		}
		dst = dst[rows:]
	}
}
