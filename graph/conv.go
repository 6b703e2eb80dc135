package graph

import "github.com/ganzoo/ganzoo/tensor"

// Shape letters of this file: N batch, C channels in, M channels out (maps),
// H and W height and width, KH and KW of the kernel, OH and OW of the result.

// ConvAttr is the geometry of a two-dimensional convolution. As in ONNX, a
// padding may differ between the two ends of an axis. The zero value of a
// stride or dilation means 1.
type ConvAttr struct {
	StrideH, StrideW                        int
	PadTop, PadLeft, PadBottom, PadRight    int
	DilationH, DilationW                    int
	OutputPaddingBottom, OutputPaddingRight int // ConvTranspose only
}

// Strided returns the geometry with equal stride and padding on both axes.
func Strided(stride, pad int) ConvAttr {
	return ConvAttr{StrideH: stride, StrideW: stride, PadTop: pad, PadLeft: pad, PadBottom: pad, PadRight: pad}
}

func (c ConvAttr) withDefaults() ConvAttr {
	c.StrideH, c.StrideW = max(c.StrideH, 1), max(c.StrideW, 1)
	c.DilationH, c.DilationW = max(c.DilationH, 1), max(c.DilationW, 1)
	return c
}

// Conv returns the cross-correlation of n, N×C×H×W, with w, M×C×KH×KW:
// N×M×OH×OW with OH = ⌊(H + pads − dilation·(KH−1) − 1)/stride⌋ + 1.
func (n *Node) Conv(w *Node, geometry ConvAttr) *Node {
	a := geometry.withDefaults()
	a.OutputPaddingBottom, a.OutputPaddingRight = 0, 0
	g, in := n.graph, []*Node{n, w}
	g.checkConv(OpConv, a, in)
	if n.shape[1] != w.shape[1] {
		g.fail(OpConv, in, "the image has %d channels and the kernel %d", n.shape[1], w.shape[1])
	}
	oh := convExtent(n.shape[2], w.shape[2], a.StrideH, a.DilationH, a.PadTop+a.PadBottom)
	ow := convExtent(n.shape[3], w.shape[3], a.StrideW, a.DilationW, a.PadLeft+a.PadRight)
	if oh < 1 || ow < 1 {
		g.fail(OpConv, in, "the kernel is larger than the padded image")
	}
	return g.add(OpConv, tensor.Shape{n.shape[0], w.shape[0], oh, ow}, a, in...)
}

// ConvTranspose returns the transposed convolution of n, N×M×H×W, with w,
// M×C×KH×KW: N×C×OH×OW with OH = stride·(H−1) + dilation·(KH−1) + 1 − pads +
// output padding. It is the derivative of Conv by its image.
func (n *Node) ConvTranspose(w *Node, geometry ConvAttr) *Node {
	a := geometry.withDefaults()
	g, in := n.graph, []*Node{n, w}
	g.checkConv(OpConvTranspose, a, in)
	if n.shape[1] != w.shape[0] {
		g.fail(OpConvTranspose, in, "the image has %d channels and the kernel takes %d", n.shape[1], w.shape[0])
	}
	if a.OutputPaddingBottom >= a.StrideH || a.OutputPaddingRight >= a.StrideW {
		g.fail(OpConvTranspose, in, "the output padding must be below the stride")
	}
	oh := a.StrideH*(n.shape[2]-1) + a.DilationH*(w.shape[2]-1) + 1 - a.PadTop - a.PadBottom + a.OutputPaddingBottom
	ow := a.StrideW*(n.shape[3]-1) + a.DilationW*(w.shape[3]-1) + 1 - a.PadLeft - a.PadRight + a.OutputPaddingRight
	if oh < 1 || ow < 1 {
		g.fail(OpConvTranspose, in, "the padding takes away the whole result")
	}
	return g.add(OpConvTranspose, tensor.Shape{n.shape[0], w.shape[1], oh, ow}, a, in...)
}

// ConvWeightGrad returns the derivative of Σ dy·Conv(x, w) by w, for x
// N×C×H×W and dy N×M×OH×OW: M×C×kh×kw.
func ConvWeightGrad(x, dy *Node, kh, kw int, geometry ConvAttr) *Node {
	a := geometry.withDefaults()
	a.OutputPaddingBottom, a.OutputPaddingRight = 0, 0
	g, in := x.graph, []*Node{x, dy}
	g.checkConv(OpConvWeightGrad, a, in)
	oh := convExtent(x.shape[2], kh, a.StrideH, a.DilationH, a.PadTop+a.PadBottom)
	ow := convExtent(x.shape[3], kw, a.StrideW, a.DilationW, a.PadLeft+a.PadRight)
	if x.shape[0] != dy.shape[0] || dy.shape[2] != oh || dy.shape[3] != ow {
		g.fail(OpConvWeightGrad, in, "a %d×%d kernel gives results of %d×%d", kh, kw, oh, ow)
	}
	return g.add(OpConvWeightGrad, tensor.Shape{dy.shape[1], x.shape[1], kh, kw}, a, in...)
}

func convExtent(in, kernel, stride, dilation, pads int) int {
	room := in + pads - dilation*(kernel-1) - 1
	if room < 0 {
		return 0
	}
	return room/stride + 1
}

func (g *Graph) checkConv(op Op, a ConvAttr, in []*Node) {
	if len(in[0].shape) != 4 || len(in[1].shape) != 4 {
		g.fail(op, in, "both operands must have four axes")
	}
	for _, v := range []int{a.StrideH, a.StrideW, a.DilationH, a.DilationW} {
		if v < 1 {
			g.fail(op, in, "strides and dilations must be at least 1: %+v", a)
		}
	}
	for _, v := range []int{a.PadTop, a.PadLeft, a.PadBottom, a.PadRight, a.OutputPaddingBottom, a.OutputPaddingRight} {
		if v < 0 {
			g.fail(op, in, "paddings must not be negative: %+v", a)
		}
	}
}

// transposedTo returns the geometry with which a ConvTranspose of dy gives back
// an image of h×w: a strided Conv may have left some of its last rows and
// columns unseen, which output padding restores.
func (a ConvAttr) transposedTo(dy, w tensor.Shape, height, width int) ConvAttr {
	full := func(n, k, stride, dilation, pads int) int { return stride*(n-1) + dilation*(k-1) + 1 - pads }
	a.OutputPaddingBottom = height - full(dy[2], w[2], a.StrideH, a.DilationH, a.PadTop+a.PadBottom)
	a.OutputPaddingRight = width - full(dy[3], w[3], a.StrideW, a.DilationW, a.PadLeft+a.PadRight)
	return a
}
