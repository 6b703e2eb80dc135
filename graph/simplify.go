package graph

import "slices"

// simplify applies identities that hold to the bit (but for the sign of a zero), and
// drops what only carries values about.
func simplify(p *program) {
	p.rewrite(func(n *Node, in []*Node) *Node {
		if n.op.elementwise() && n.op != OpExpand {
			in = withoutExpand(n, in)
		}
		if r := identity(n, in); r != nil {
			return r
		}
		return p.keep(n, in)
	})
}

// withoutExpand takes an operand's Expand away where broadcasting does the same.
func withoutExpand(n *Node, in []*Node) []*Node {
	for i, x := range in {
		if x.op != OpExpand {
			continue
		}
		bare := append([]*Node(nil), in...)
		bare[i] = x.in[0]
		shape, ok := bare[0].shape, true
		for _, y := range bare[1:] {
			if ok {
				shape, ok = Broadcast(shape, y.shape)
			}
		}
		if ok && shape.Equal(n.shape) {
			in = bare
		}
	}
	return in
}

// identity returns a simpler node of n's value and shape, or nil.
func identity(n *Node, in []*Node) *Node {
	var r *Node
	switch n.op {
	case OpStopGradient:
		r = in[0]
	case OpNeg:
		if in[0].op == OpNeg {
			r = in[0].in[0]
		}
	case OpAdd:
		switch {
		case isConstant(in[1], 0):
			r = in[0]
		case isConstant(in[0], 0):
			r = in[1]
		case in[1].op == OpNeg:
			r = in[0].Sub(in[1].in[0])
		case in[0].op == OpNeg:
			r = in[1].Sub(in[0].in[0])
		}
	case OpSub:
		switch {
		case isConstant(in[1], 0):
			r = in[0]
		case in[1].op == OpNeg:
			r = in[0].Add(in[1].in[0])
		}
	case OpMul:
		switch {
		case isConstant(in[1], 1):
			r = in[0]
		case isConstant(in[0], 1):
			r = in[1]
		case isConstant(in[1], -1):
			r = in[0].Neg()
		case isConstant(in[0], -1):
			r = in[1].Neg()
		}
	case OpDiv:
		if isConstant(in[1], 1) {
			r = in[0]
		}
	case OpReshape:
		if in[0].op == OpReshape {
			r = in[0].in[0].Reshape(n.shape...)
		}
	case OpExpand:
		if in[0].op == OpExpand {
			r = in[0].in[0].Expand(n.shape...)
		}
	case OpConcat:
		r = sliced(in, n.attr.(AxisAttr).Axis)
	case OpTranspose:
		if in[0].op == OpTranspose && slices.Equal(n.attr.(PermAttr).inverse(), in[0].attr.(PermAttr).order()) {
			r = in[0].in[0]
		}
	}
	if r != nil && !r.shape.Equal(n.shape) {
		return nil // the dropped operand took part in broadcasting
	}
	return r
}

// sliced returns the node that the operands of a Concat are all the slices of, in
// order, or nil.
func sliced(in []*Node, axis int) *Node {
	if in[0].op != OpSlice {
		return nil
	}
	of, at := in[0].in[0], 0
	for _, x := range in {
		a, ok := x.attr.(SliceAttr)
		if !ok || x.in[0] != of || a.Axis != axis || a.Start != at {
			return nil
		}
		at = a.End
	}
	if at != of.shape[axis] {
		return nil
	}
	return of
}

// isConstant reports whether every element of n is v.
func isConstant(n *Node, v float32) bool {
	if n.op == OpExpand {
		n = n.in[0]
	}
	a, ok := n.attr.(constantAttr)
	if !ok {
		return false
	}
	for _, x := range a.value.Data {
		if x != v {
			return false
		}
	}
	return true
}
