package graph

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// reference evaluates nodes one by one in float64, by the definition of each
// op: no passes, no kernels, no storage plan. It is what the tests hold the
// executable and the derivatives against.
type reference struct {
	inputs map[string][]float64
	known  map[*Node][]float64
}

func newReference(inputs map[string][]float64) *reference {
	return &reference{inputs: inputs, known: map[*Node][]float64{}}
}

func (r *reference) value(n *Node) []float64 {
	for _, m := range reach([]*Node{n}) {
		if r.known[m] == nil {
			r.known[m] = r.compute(m)
		}
	}
	return r.known[n]
}

// index turns a place in a result of the given shape into coordinates.
func coordinates(place int, shape tensor.Shape) []int {
	c := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		c[i] = place % shape[i]
		place /= shape[i]
	}
	return c
}

// broadcastAt is the element of an operand that meets the coordinates.
func broadcastAt(v []float64, shape tensor.Shape, c []int) float64 {
	place := 0
	shift := len(c) - len(shape)
	for i, d := range shape {
		place *= d
		if d != 1 {
			place += c[shift+i]
		}
	}
	return v[place]
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (r *reference) compute(n *Node) []float64 {
	out := make([]float64, n.shape.Size())
	in := make([][]float64, len(n.in))
	for i, x := range n.in {
		in[i] = r.known[x]
	}
	switch a := n.attr.(type) {
	case inputAttr:
		return r.inputs[a.name]
	case constantAttr, variableAttr:
		for i, v := range n.Value().Data {
			out[i] = float64(v)
		}
	case GemmAttr:
		r.gemm(n, a, in, out)
	case ConvAttr:
		convolution(n, a, in, out)
	case AxesAttr:
		reduction(n, a, in[0], out)
	case PermAttr:
		for i := range out {
			c := coordinates(i, n.shape)
			from := make([]int, len(c))
			for j, p := range a.Perm[:a.Rank] {
				from[p] = c[j]
			}
			out[i] = broadcastAt(in[0], n.in[0].shape, from)
		}
	case AxisAttr:
		for i := range out {
			c := coordinates(i, n.shape)
			for j, x := range n.in {
				if c[a.Axis] < x.shape[a.Axis] {
					out[i] = strided(in[j], x.shape, c)
					break
				}
				c[a.Axis] -= x.shape[a.Axis]
			}
		}
	case SliceAttr:
		for i := range out {
			c := coordinates(i, n.shape)
			c[a.Axis] += a.Start
			out[i] = strided(in[0], n.in[0].shape, c)
		}
	case EpsilonAttr:
		for i := range out {
			c := coordinates(i, n.shape)[1]
			out[i] = in[1][c]*(in[0][i]-in[3][c])/math.Sqrt(in[4][c]+float64(a.Epsilon)) + in[2][c]
		}
	default:
		if n.op == OpReshape {
			copy(out, in[0])
			break
		}
		for i := range out {
			c := coordinates(i, n.shape)
			var x [3]float64
			for j := range in {
				x[j] = broadcastAt(in[j], n.in[j].shape, c)
			}
			out[i] = elementwiseReference(n, x)
		}
	}
	return out
}

func strided(v []float64, shape tensor.Shape, c []int) float64 {
	place := 0
	for i, d := range shape {
		place = place*d + c[i]
	}
	return v[place]
}

func elementwiseReference(n *Node, x [3]float64) float64 {
	a, b := x[0], x[1]
	switch n.op {
	case OpNeg:
		return -a
	case OpAbs:
		return math.Abs(a)
	case OpSign:
		return truth(a > 0) - truth(a < 0)
	case OpSqrt:
		return math.Sqrt(a)
	case OpReciprocal:
		return 1 / a
	case OpExp:
		return math.Exp(a)
	case OpLog:
		return math.Log(a)
	case OpSin:
		return math.Sin(a)
	case OpCos:
		return math.Cos(a)
	case OpTanh:
		return math.Tanh(a)
	case OpSigmoid:
		return 1 / (1 + math.Exp(-a))
	case OpSoftplus:
		return math.Max(a, 0) + math.Log1p(math.Exp(-math.Abs(a)))
	case OpRelu:
		return math.Max(a, 0)
	case OpLeakyRelu:
		if a < 0 {
			return a * float64(n.attr.(AlphaAttr).Alpha)
		}
		return a
	case OpAdd:
		return a + b
	case OpSub:
		return a - b
	case OpMul:
		return a * b
	case OpDiv:
		return a / b
	case OpMax:
		return math.Max(a, b)
	case OpMin:
		return math.Min(a, b)
	case OpGreater:
		return truth(a > b)
	case OpGreaterOrEqual:
		return truth(a >= b)
	case OpEqual:
		return truth(a == b)
	case OpWhere:
		if a != 0 {
			return b
		}
		return x[2]
	case OpExpand, OpStopGradient:
		return a
	}
	panic("no reference for " + n.String())
}

func (r *reference) gemm(n *Node, t GemmAttr, in [][]float64, out []float64) {
	at := func(v []float64, s tensor.Shape, trans bool, i, j int) float64 {
		if trans {
			i, j = j, i
		}
		return v[i*s[1]+j]
	}
	k := n.in[0].shape.Size() / n.shape[0]
	for i := range n.shape[0] {
		for j := range n.shape[1] {
			for l := range k {
				out[i*n.shape[1]+j] += at(in[0], n.in[0].shape, t.TransA, i, l) * at(in[1], n.in[1].shape, t.TransB, l, j)
			}
		}
	}
}

// convolution adds up x·w·y over all places that meet; the op decides which of
// the three is the result.
func convolution(n *Node, a ConvAttr, in [][]float64, out []float64) {
	var xs, ws, ys tensor.Shape
	var term func(xi, wi, yi int)
	switch n.op {
	case OpConv:
		xs, ws, ys = n.in[0].shape, n.in[1].shape, n.shape
		term = func(xi, wi, yi int) { out[yi] += in[0][xi] * in[1][wi] }
	case OpConvTranspose:
		xs, ws, ys = n.shape, n.in[1].shape, n.in[0].shape
		term = func(xi, wi, yi int) { out[xi] += in[0][yi] * in[1][wi] }
	case OpConvWeightGrad:
		xs, ws, ys = n.in[0].shape, n.shape, n.in[1].shape
		term = func(xi, wi, yi int) { out[wi] += in[0][xi] * in[1][yi] }
	}
	for yi := range ys.Size() {
		y := coordinates(yi, ys)
		for wi := range tensor.Shape(ws[1:]).Size() {
			w := coordinates(wi, ws[1:])
			h := y[2]*a.StrideH - a.PadTop + w[1]*a.DilationH
			v := y[3]*a.StrideW - a.PadLeft + w[2]*a.DilationW
			if h < 0 || h >= xs[2] || v < 0 || v >= xs[3] {
				continue
			}
			xi := ((y[0]*xs[1]+w[0])*xs[2]+h)*xs[3] + v
			term(xi, y[1]*tensor.Shape(ws[1:]).Size()+wi, yi)
		}
	}
}

func reduction(n *Node, axes AxesAttr, in, out []float64) {
	if n.op == OpReduceMax {
		for i := range out {
			out[i] = math.Inf(-1)
		}
	}
	for i, v := range in {
		c := coordinates(i, n.in[0].shape)
		place := 0
		for j, d := range n.shape {
			place *= d
			if !axes.Has(j) {
				place += c[j]
			}
		}
		if n.op == OpReduceMax {
			out[place] = math.Max(out[place], v)
		} else {
			out[place] += v
		}
	}
}
