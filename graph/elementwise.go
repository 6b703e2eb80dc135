package graph

import (
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
)

// Operand is what a binary method takes besides its receiver: a *Node of the
// same graph, or a number (int, float32, float64), which becomes a scalar
// constant.
type Operand = any

// operand turns x into a node.
func (g *Graph) operand(op Op, x Operand) *Node {
	switch v := x.(type) {
	case *Node:
		return v
	case float64:
		return g.Scalar(v)
	case float32:
		return g.Scalar(float64(v))
	case int:
		return g.Scalar(float64(v))
	}
	g.fail(op, nil, "an operand is %s; want a *graph.Node or a number", fmt.Sprintf("%T", x))
	return nil
}

// Broadcast returns the shape that NumPy's rules give for a and b together:
// aligned at the last axis, extents equal or 1.
func Broadcast(a, b tensor.Shape) (tensor.Shape, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := a.Clone()
	shift := len(a) - len(b)
	for i, d := range b {
		switch e := out[shift+i]; {
		case e == d || d == 1:
		case e == 1:
			out[shift+i] = d
		default:
			return nil, false
		}
	}
	return out, true
}

func (n *Node) unary(op Op) *Node { return n.graph.add(op, n.shape, nil, n) }

func (n *Node) binary(op Op, x Operand) *Node {
	g := n.graph
	m := g.operand(op, x)
	if m == nil {
		g.fail(op, []*Node{n}, "an operand is nil")
	}
	shape, ok := Broadcast(n.shape, m.shape)
	if !ok {
		g.fail(op, []*Node{n, m}, "the shapes do not broadcast together")
	}
	return g.add(op, shape, nil, n, m)
}

// Add returns n + x, with broadcasting as all binary methods.
func (n *Node) Add(x Operand) *Node { return n.binary(OpAdd, x) }

// Sub returns n − x.
func (n *Node) Sub(x Operand) *Node { return n.binary(OpSub, x) }

// Mul returns n · x, element by element.
func (n *Node) Mul(x Operand) *Node { return n.binary(OpMul, x) }

// Div returns n / x, element by element.
func (n *Node) Div(x Operand) *Node { return n.binary(OpDiv, x) }

// Max returns the larger of n and x, element by element. Where they are equal
// the derivative is n's alone: Max(0) has slope 1 at 0, where Relu has 0.
func (n *Node) Max(x Operand) *Node { return n.binary(OpMax, x) }

// Min returns the smaller of n and x, element by element. Where they are equal
// the derivative is n's alone.
func (n *Node) Min(x Operand) *Node { return n.binary(OpMin, x) }

// Clip bounds n to [low, high].
func (n *Node) Clip(low, high Operand) *Node { return n.Max(low).Min(high) }

// Greater returns 1 where n > x, else 0.
func (n *Node) Greater(x Operand) *Node { return n.binary(OpGreater, x) }

// GreaterOrEqual returns 1 where n ≥ x, else 0.
func (n *Node) GreaterOrEqual(x Operand) *Node { return n.binary(OpGreaterOrEqual, x) }

// Equal returns 1 where n = x, else 0.
func (n *Node) Equal(x Operand) *Node { return n.binary(OpEqual, x) }

// Where returns a where n ≠ 0, else b.
func (n *Node) Where(a, b Operand) *Node {
	g := n.graph
	x, y := g.operand(OpWhere, a), g.operand(OpWhere, b)
	in := []*Node{n, x, y}
	shape, ok := Broadcast(x.shape, y.shape)
	if ok {
		shape, ok = Broadcast(shape, n.shape)
	}
	if !ok {
		g.fail(OpWhere, in, "the shapes do not broadcast together")
	}
	return g.add(OpWhere, shape, nil, in...)
}

// Neg returns −n.
func (n *Node) Neg() *Node { return n.unary(OpNeg) }

// Abs returns |n|.
func (n *Node) Abs() *Node { return n.unary(OpAbs) }

// Sign returns −1, 0 or 1.
func (n *Node) Sign() *Node { return n.unary(OpSign) }

// Square returns n·n.
func (n *Node) Square() *Node { return n.Mul(n) }

// Sqrt returns √n.
func (n *Node) Sqrt() *Node { return n.unary(OpSqrt) }

// Reciprocal returns 1/n.
func (n *Node) Reciprocal() *Node { return n.unary(OpReciprocal) }

// Exp returns eⁿ.
func (n *Node) Exp() *Node { return n.unary(OpExp) }

// Log returns ln n.
func (n *Node) Log() *Node { return n.unary(OpLog) }

// Sin returns sin n.
func (n *Node) Sin() *Node { return n.unary(OpSin) }

// Cos returns cos n.
func (n *Node) Cos() *Node { return n.unary(OpCos) }

// Tanh returns tanh n.
func (n *Node) Tanh() *Node { return n.unary(OpTanh) }

// Sigmoid returns σ(n) = 1/(1+e⁻ⁿ).
func (n *Node) Sigmoid() *Node { return n.unary(OpSigmoid) }

// Softplus returns ln(1+eⁿ), without overflow.
func (n *Node) Softplus() *Node { return n.unary(OpSoftplus) }

// Relu returns max(n, 0).
func (n *Node) Relu() *Node { return n.unary(OpRelu) }

// LeakyRelu returns n where n ≥ 0, else alpha·n.
func (n *Node) LeakyRelu(alpha float64) *Node {
	return n.graph.add(OpLeakyRelu, n.shape, AlphaAttr{float32(alpha)}, n)
}

// StopGradient returns n itself, as a constant to any differentiation.
func (n *Node) StopGradient() *Node { return n.unary(OpStopGradient) }

// Expand repeats n along its axes of extent 1 (and new leading axes) to fill
// the shape.
func (n *Node) Expand(shape ...int) *Node {
	s := tensor.Shape(shape).Clone()
	if n.shape.Equal(s) {
		return n
	}
	if b, ok := Broadcast(n.shape, s); !ok || !b.Equal(s) {
		n.graph.fail(OpExpand, []*Node{n}, "cannot expand to %v", s)
	}
	return n.graph.add(OpExpand, s, nil, n)
}
