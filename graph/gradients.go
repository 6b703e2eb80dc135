package graph

// rule turns the adjoint d of a node n into the shares of n's operands, in
// their order. A share may be larger than its operand where the operand was
// broadcast: the sweep adds it up. needs(i) reports whether the share of
// operand i will be used; a costly one that is not may be nil.
type rule func(n, d *Node, needs func(i int) bool) []*Node

// unaryRule and binaryRule write a rule as the formula for the operands a and b.
func unaryRule(f func(n, d, a *Node) *Node) rule {
	return func(n, d *Node, _ func(int) bool) []*Node { return []*Node{f(n, d, n.in[0])} }
}

func binaryRule(f func(n, d, a, b *Node) (da, db *Node)) rule {
	return func(n, d *Node, _ func(int) bool) []*Node {
		da, db := f(n, d, n.in[0], n.in[1])
		return []*Node{da, db}
	}
}

// gradients is the table of derivatives. Ops without a line have none: sources,
// Sign, the comparisons and StopGradient.
var gradients [opCount]rule

func init() {
	gradients = [opCount]rule{
		OpNeg:        unaryRule(func(n, d, a *Node) *Node { return d.Neg() }),
		OpAbs:        unaryRule(func(n, d, a *Node) *Node { return d.Mul(a.Sign()) }),
		OpSqrt:       unaryRule(func(n, d, a *Node) *Node { return d.Mul(0.5).Div(n) }),
		OpReciprocal: unaryRule(func(n, d, a *Node) *Node { return d.Mul(n.Square()).Neg() }),
		OpExp:        unaryRule(func(n, d, a *Node) *Node { return d.Mul(n) }),
		OpLog:        unaryRule(func(n, d, a *Node) *Node { return d.Div(a) }),
		OpSin:        unaryRule(func(n, d, a *Node) *Node { return d.Mul(a.Cos()) }),
		OpCos:        unaryRule(func(n, d, a *Node) *Node { return d.Mul(a.Sin()).Neg() }),
		OpTanh:       unaryRule(func(n, d, a *Node) *Node { return d.Mul(n.Square().Neg().Add(1)) }),
		OpSigmoid:    unaryRule(func(n, d, a *Node) *Node { return d.Mul(n).Mul(n.Neg().Add(1)) }),
		OpSoftplus:   unaryRule(func(n, d, a *Node) *Node { return d.Mul(a.Sigmoid()) }),
		OpRelu:       unaryRule(func(n, d, a *Node) *Node { return d.Mul(n.Greater(0)) }),
		OpLeakyRelu:  unaryRule(func(n, d, a *Node) *Node { return d.Mul(n.leakySlope(a)) }),
		OpExpand:     unaryRule(func(n, d, a *Node) *Node { return d }),
		OpReduceSum:  unaryRule(func(n, d, a *Node) *Node { return d.Expand(a.shape...) }),
		OpReduceMax:  unaryRule(func(n, d, a *Node) *Node { return d.Mul(a.shareOfTop(n)) }),
		OpReshape:    unaryRule(func(n, d, a *Node) *Node { return d.Reshape(a.shape...) }),
		OpTranspose:  unaryRule(func(n, d, a *Node) *Node { return d.Transpose(n.attr.(PermAttr).inverse()...) }),
		OpSlice:      unaryRule(func(n, d, a *Node) *Node { return d.padTo(a, n.attr.(SliceAttr)) }),

		OpAdd: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d, d }),
		OpSub: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d, d.Neg() }),
		OpMul: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d.Mul(b), d.Mul(a) }),
		OpDiv: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d.Div(b), d.Mul(n).Div(b).Neg() }),
		// At a tie the second operand gets nothing: max(x, 0) has slope 1 at 0.
		OpMax: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d.Mul(a.GreaterOrEqual(b)), d.Mul(b.Greater(a)) }),
		OpMin: binaryRule(func(n, d, a, b *Node) (da, db *Node) { return d.Mul(b.GreaterOrEqual(a)), d.Mul(a.Greater(b)) }),
		OpWhere: func(n, d *Node, _ func(int) bool) []*Node {
			return []*Node{nil, n.in[0].Where(d, 0), n.in[0].Where(0, d)}
		},

		OpGemm:           gemmGradient,
		OpConv:           convGradient,
		OpConvTranspose:  convTransposeGradient,
		OpConvWeightGrad: convWeightGradGradient,

		OpConcat:             concatGradient,
		OpBatchNormalization: batchNormalizationGradient,
		OpCall:               callGradient,
	}
}

// leakySlope is 1 where the operand a of a LeakyRelu n is above 0, else alpha.
// With a positive alpha the sign of n tells as much, as it does for Relu, and
// the operand need not be kept.
func (n *Node) leakySlope(a *Node) *Node {
	alpha := n.attr.(AlphaAttr).Alpha
	if alpha > 0 {
		a = n
	}
	return a.Greater(0).Where(1, alpha)
}

// shareOfTop divides 1 among the elements of n that equal their maximum.
func (n *Node) shareOfTop(top *Node) *Node {
	is := n.Equal(top)
	return is.Div(is.sumTo(top.shape))
}

// padTo puts zeros round d so that it covers a again.
func (d *Node) padTo(a *Node, s SliceAttr) *Node {
	g := d.graph
	var parts []*Node
	zeros := func(extent int) {
		if extent > 0 {
			shape := a.shape.Clone()
			shape[s.Axis] = extent
			parts = append(parts, g.filled(0, shape))
		}
	}
	zeros(s.Start)
	parts = append(parts, d)
	zeros(a.shape[s.Axis] - s.End)
	return Concat(s.Axis, parts...)
}

// gemmGradient: for C = op(A)·op(B), ∂A = D·op(B)ᵀ and ∂B = op(A)ᵀ·D, or their
// transposes where the operand is transposed.
func gemmGradient(n, d *Node, needs func(int) bool) []*Node {
	a, b, t := n.in[0], n.in[1], n.attr.(GemmAttr)
	var da, db *Node
	if needs(0) {
		if t.TransA {
			da = Gemm(b, d, t.TransB, true)
		} else {
			da = Gemm(d, b, false, !t.TransB)
		}
	}
	if needs(1) {
		if t.TransB {
			db = Gemm(d, a, true, t.TransA)
		} else {
			db = Gemm(a, d, !t.TransA, false)
		}
	}
	return []*Node{da, db}
}

// The three convolutions are each other's derivatives. With ⟨·,·⟩ the sum of
// products, ⟨d, Conv(x, w)⟩ = ⟨ConvTranspose(d, w), x⟩ = ⟨ConvWeightGrad(x, d), w⟩
// is linear in each of x, w and d, and each line below reads one factor off it.

func convGradient(n, d *Node, needs func(int) bool) []*Node {
	x, w, a := n.in[0], n.in[1], n.attr.(ConvAttr)
	var dx, dw *Node
	if needs(0) {
		dx = d.ConvTranspose(w, a.transposedTo(d.shape, w.shape, x.shape[2], x.shape[3]))
	}
	if needs(1) {
		dw = ConvWeightGrad(x, d, w.shape[2], w.shape[3], a)
	}
	return []*Node{dx, dw}
}

func convTransposeGradient(n, d *Node, needs func(int) bool) []*Node {
	x, w, a := n.in[0], n.in[1], n.attr.(ConvAttr)
	var dx, dw *Node
	if needs(0) {
		dx = d.Conv(w, a)
	}
	if needs(1) {
		dw = ConvWeightGrad(d, x, w.shape[2], w.shape[3], a)
	}
	return []*Node{dx, dw}
}

func convWeightGradGradient(n, d *Node, needs func(int) bool) []*Node {
	x, dy, a := n.in[0], n.in[1], n.attr.(ConvAttr)
	var dx, ddy *Node
	if needs(0) {
		dx = dy.ConvTranspose(d, a.transposedTo(dy.shape, d.shape, x.shape[2], x.shape[3]))
	}
	if needs(1) {
		ddy = x.Conv(d, a)
	}
	return []*Node{dx, ddy}
}

func concatGradient(n, d *Node, needs func(int) bool) []*Node {
	axis, at := n.attr.(AxisAttr).Axis, 0
	shares := make([]*Node, len(n.in))
	for i, in := range n.in {
		end := at + in.shape[axis]
		if needs(i) {
			shares[i] = d.Slice(axis, at, end)
		}
		at = end
	}
	return shares
}

// batchNormalizationGradient differentiates what the op is lowered to.
func batchNormalizationGradient(n, d *Node, _ func(int) bool) []*Node {
	in := n.in
	lowered := lowerBatchNormalization(in[0], in[1], in[2], in[3], in[4], n.attr.(EpsilonAttr).Epsilon)
	return sweep(lowered, d, in)
}
