package nn

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Conv is a cross-correlation with M = out kernels of k×k plus a bias per channel:
// N×C×H×W to N×M×OH×OW with OH = ⌊(H + 2·pad − k)/stride⌋ + 1. W is M×C×k×k.
func Conv(out, k, stride, pad int, options ...Option) Layer {
	return func(b *Builder) {
		checkImage(b, "Conv", out, k, stride, pad)
		c, h, w := b.Shape[0], b.Shape[1], b.Shape[2]
		shape := tensor.Shape{out, (h+2*pad-k)/stride + 1, (w+2*pad-k)/stride + 1}
		if h+2*pad < k || w+2*pad < k {
			b.Fail("Conv", "a kernel of %d×%d is larger than the padded image", k, k)
		}
		weight := b.kernel(0, c*k*k, out*k*k, out, c, k, k)
		var bias *graph.Variable
		if biased(options) {
			bias = b.Bias(c*k*k, out)
		}
		geometry := graph.Strided(stride, pad)
		b.Then(shape, func(c *Context, x *graph.Node) *graph.Node {
			return addPerChannel(c, x.Conv(weight(c, x.Graph()), geometry), bias)
		})
	}
}

// ConvTranspose is the transposed convolution with kernels of k×k plus a bias
// per channel: N×C×H×W to N×M×OH×OW with M = out and OH = stride·(H−1) + k − 2·pad. W is
// C×M×k×k (PyTorch's layout and ONNX's). For initialisers that scale by it, the
// fan-in is PyTorch's, M·k², although an output sums only C·(k/stride)² terms.
func ConvTranspose(out, k, stride, pad int, options ...Option) Layer {
	return convTranspose(out, k, stride, pad, 0, options)
}

// ConvTransposeTimes is ConvTranspose with an odd k and a result that is exactly stride
// times as high and wide, N×C×H×W to N×M×(stride·H)×(stride·W): with a padding of (k−1)/2
// and an output padding of stride−1.
func ConvTransposeTimes(out, k, stride int, options ...Option) Layer {
	return func(b *Builder) {
		if k%2 == 0 {
			b.Fail("ConvTranspose", "a kernel of %d×%d has no middle", k, k)
		}
		convTranspose(out, k, stride, (k-1)/2, stride-1, options)(b)
	}
}

// convTranspose has extra rows and columns at the far ends of its result.
func convTranspose(out, k, stride, pad, extra int, options []Option) Layer {
	return func(b *Builder) {
		checkImage(b, "ConvTranspose", out, k, stride, pad)
		c, h, w := b.Shape[0], b.Shape[1], b.Shape[2]
		shape := tensor.Shape{out, stride*(h-1) + k - 2*pad + extra, stride*(w-1) + k - 2*pad + extra}
		if shape[1] < 1 || shape[2] < 1 {
			b.Fail("ConvTranspose", "a padding of %d takes away the whole result", pad)
		}
		weight := b.kernel(1, out*k*k, c*k*k, c, out, k, k)
		var bias *graph.Variable
		if biased(options) {
			bias = b.Bias(out*k*k, out)
		}
		geometry := graph.Strided(stride, pad)
		geometry.OutputPaddingBottom, geometry.OutputPaddingRight = extra, extra
		b.Then(shape, func(c *Context, x *graph.Node) *graph.Node {
			return addPerChannel(c, x.ConvTranspose(weight(c, x.Graph()), geometry), bias)
		})
	}
}

func checkImage(b *Builder, layer string, out, k, stride, pad int) {
	if len(b.Shape) != 3 {
		b.Fail(layer, "the layer takes images, C×H×W")
	}
	if out < 1 || k < 1 || stride < 1 || pad < 0 {
		b.Fail(layer, "%d channels, kernel %d, stride %d, padding %d", out, k, stride, pad)
	}
}

// addPerChannel adds a bias of shape M to N×M×…; a nil bias adds nothing.
func addPerChannel(c *Context, y *graph.Node, bias *graph.Variable) *graph.Node {
	if bias == nil {
		return y
	}
	return y.Add(c.Read(y.Graph(), bias).PerChannel(len(y.Shape())))
}
