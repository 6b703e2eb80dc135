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
type Conv struct {
	N, C, H, W           int // batch, input channels, input height and width
	M, KH, KW            int // output channels, kernel height and width
	OH, OW               int // output height and width
	StrideH, StrideW     int
	PadTop, PadLeft      int // may be negative: cropping
	DilationH, DilationW int
}

// ConvForward computes y = x ⋆ w, overwriting y.
func (p *Pool) ConvForward(g *Conv, y, x, w []float32) {
	clear(y[:g.N*g.M*g.OH*g.OW])
	g.each(func(xi, wi, yi int) { y[yi] += x[xi] * w[wi] })
}

// ConvInputGrad computes the gradient dx of ConvForward's x from dy, that of
// its y, overwriting dx. It is the transposed convolution of dy.
func (p *Pool) ConvInputGrad(g *Conv, dx, dy, w []float32) {
	clear(dx[:g.N*g.C*g.H*g.W])
	g.each(func(xi, wi, yi int) { dx[xi] += dy[yi] * w[wi] })
}

// ConvWeightGrad computes the gradient dw of ConvForward's w from dy, that of
// its y, overwriting dw.
func (p *Pool) ConvWeightGrad(g *Conv, dw, x, dy []float32) {
	clear(dw[:g.M*g.C*g.KH*g.KW])
	g.each(func(xi, wi, yi int) { dw[wi] += x[xi] * dy[yi] })
}

// each calls f with the indices of every product in the convolution.
func (g *Conv) each(f func(xi, wi, yi int)) {
	for n := range g.N {
		for m := range g.M {
			for i := range g.OH {
				for j := range g.OW {
					yi := ((n*g.M+m)*g.OH+i)*g.OW + j
					for c := range g.C {
						for kh := range g.KH {
							h := i*g.StrideH - g.PadTop + kh*g.DilationH
							if h < 0 || h >= g.H {
								continue
							}
							for kw := range g.KW {
								w := j*g.StrideW - g.PadLeft + kw*g.DilationW
								if w < 0 || w >= g.W {
									continue
								}
								f(((n*g.C+c)*g.H+h)*g.W+w, ((m*g.C+c)*g.KH+kh)*g.KW+kw, yi)
							}
						}
					}
				}
			}
		}
	}
}
