package operator

import "github.com/ganzoo/ganzoo/graph"

// gemm is alpha·op(A)·op(B) + beta·C.
func gemm(u *use) Value {
	u.arity(2, 3)
	n := graph.Gemm(u.tensor(0), u.tensor(1), u.flag("transA"), u.flag("transB"))
	n = scaled(n, attribute(u, "alpha", float32(1)))
	beta := attribute(u, "beta", float32(1))
	if c := u.optional(2); c != nil {
		shape := n.Shape()
		n = n.Add(scaled(c, beta))
		if !n.Shape().Equal(shape) {
			u.refuse("C of shape %v does not fit %v", c.Shape(), shape)
		}
	}
	return of(n)
}

// scaled leaves out a multiplication by 1.
func scaled(n *graph.Node, by float32) *graph.Node {
	if by == 1 {
		return n
	}
	return n.Mul(by)
}

func matMul(u *use) Value {
	u.arity(2, 2)
	return of(u.tensor(0).MatMul(u.tensor(1)))
}

func conv(u *use) Value {
	u.arity(2, 3)
	x, w := u.tensor(0), u.tensor(1)
	return of(u.withBias(x.Conv(w, u.geometry(w))))
}

func convTranspose(u *use) Value {
	u.arity(2, 3)
	x, w := u.tensor(0), u.tensor(1)
	a := u.geometry(w)
	out := u.spatial("output_padding", 2, 0, 0)
	a.OutputPaddingBottom, a.OutputPaddingRight = out[0], out[1]
	return of(u.withBias(x.ConvTranspose(w, a)))
}

// geometry reads what Conv and ConvTranspose share. Paddings must be explicit:
// consumers disagree about auto_pad.
func (u *use) geometry(w *graph.Node) graph.ConvAttr {
	if rank := len(w.Shape()); rank != 4 {
		u.refuse("the kernel has %d axes; only two-dimensional convolutions are supported", rank)
	}
	if pad := attribute(u, "auto_pad", "NOTSET"); pad != "NOTSET" {
		u.refuse("attribute auto_pad = %s is not supported", pad)
	}
	u.expect("group", 1)
	if u.Attributes["kernel_shape"] != nil {
		if k := u.spatial("kernel_shape", 2, 1, 1); k[0] != w.Shape()[2] || k[1] != w.Shape()[3] {
			u.refuse("attribute kernel_shape %v is not that of the kernel %v", k, w.Shape())
		}
	}
	strides, dilations := u.spatial("strides", 2, 1, 1), u.spatial("dilations", 2, 1, 1)
	pads := u.spatial("pads", 4, 0, 0)
	return graph.ConvAttr{
		StrideH: strides[0], StrideW: strides[1],
		DilationH: dilations[0], DilationW: dilations[1],
		PadTop: pads[0], PadLeft: pads[1], PadBottom: pads[2], PadRight: pads[3],
	}
}

// withBias adds the third input, one value per channel.
func (u *use) withBias(n *graph.Node) *graph.Node {
	b := u.optional(2)
	if b == nil {
		return n
	}
	if channels := n.Shape()[1]; len(b.Shape()) != 1 || b.Shape()[0] != channels {
		u.refuse("the bias has shape %v; want %d values", b.Shape(), channels)
	}
	return n.Add(b.Reshape(b.Shape()[0], 1, 1))
}

// batchNormalization is the form of inference. The momentum matters to training
// only.
func batchNormalization(u *use) Value {
	u.arity(5, 5)
	u.expect("training_mode", 0)
	u.expect("spatial", 1)
	attribute(u, "momentum", float32(0.9))
	epsilon := attribute(u, "epsilon", float32(1e-5))
	return of(u.tensor(0).BatchNormalization(u.tensor(1), u.tensor(2), u.tensor(3), u.tensor(4), float64(epsilon)))
}
