package graph

import "github.com/ganzoo/ganzoo/tensor/kernel"

// phrase is a formula of several nodes of a unit that one kernel computes: in a
// walk each kernel passes over the block, and the update of an optimiser would
// take thirteen. Its result has the bits of the nodes one by one.
type phrase struct {
	instr   instr   // its function and scalars
	vectors []*Node // operands a, b, c
}

// phrases are those of a unit.
type phrases struct {
	of     map[*Node]phrase // by the node of the result
	inside map[*Node]bool   // nodes that are part of one, and need no kernel
	plan   *plan
	uses   map[*Node]int // in the unit, of its nodes
}

// newPhrases finds the phrases of a unit, from the results down, so that the
// longest win.
func newPhrases(u *unit, pl *plan) *phrases {
	s := &phrases{of: map[*Node]phrase{}, inside: map[*Node]bool{}, plan: pl, uses: map[*Node]int{}}
	for _, n := range u.nodes {
		s.uses[n] = 0
	}
	for _, n := range u.nodes {
		for _, x := range n.in {
			if _, member := s.uses[x]; member {
				s.uses[x]++
			}
		}
	}
	for i := len(u.nodes) - 1; i >= 0; i-- {
		n := u.nodes[i]
		if s.inside[n] || n.shape.Size() == 1 {
			continue
		}
		for _, match := range []func(*Node) (phrase, []*Node){s.descent, s.weightedSquare, s.weightedSum, s.slope} {
			if p, inner := match(n); p.vectors != nil && s.intact(p.vectors, u.nodes[:i]) {
				s.of[n] = p
				for _, x := range inner {
					s.inside[x] = true
				}
				break
			}
		}
	}
	return s
}

// intact reports whether no node before writes its result over one of the values:
// a phrase reads them later than its first node would have.
func (s *phrases) intact(values, before []*Node) bool {
	for _, x := range values {
		h, _ := x.home()
		if s.plan.data[h] == nil {
			continue // in a register
		}
		for _, n := range before {
			written := s.plan.data[n]
			if n != x && written != nil && &written[0] == &s.plan.value(x)[0] {
				return false
			}
		}
	}
	return true
}

// inner reports whether x is of this op and needed only by the one node that
// reads it.
func (s *phrases) inner(x *Node, op Op) bool {
	uses, member := s.uses[x]
	_, stored := s.plan.data[x]
	return member && uses == 1 && !stored && x.op == op
}

// scaled matches x = y·s with a scalar s from outside the unit.
func (s *phrases) scaled(x *Node) (y *Node, scalar []float32, ok bool) {
	if !s.inner(x, OpMul) {
		return nil, nil, false
	}
	return s.withScalar(x)
}

// withScalar splits the operands of a commutative node in a vector and a scalar.
func (s *phrases) withScalar(x *Node) (y *Node, scalar []float32, ok bool) {
	for i, c := range x.in {
		if _, member := s.uses[c]; !member && c.shape.Size() == 1 {
			return x.in[1-i], s.plan.value(c), true
		}
	}
	return nil, nil, false
}

// weightedSum matches a·s + b·t.
func (s *phrases) weightedSum(n *Node) (p phrase, inner []*Node) {
	if n.op != OpAdd || n.in[0] == n.in[1] {
		return p, nil
	}
	a, x, aOK := s.scaled(n.in[0])
	b, y, bOK := s.scaled(n.in[1])
	if !aOK || !bOK {
		return p, nil
	}
	return phrase{instr{weighted: kernel.WeightedSum, s: x, t: y}, []*Node{a, b}}, []*Node{n.in[0], n.in[1]}
}

// weightedSquare matches a·s + b²·t.
func (s *phrases) weightedSquare(n *Node) (p phrase, inner []*Node) {
	p, inner = s.weightedSum(n)
	if p.vectors == nil {
		return p, nil
	}
	square := p.vectors[1]
	if !s.inner(square, OpMul) || square.in[0] != square.in[1] {
		return phrase{}, nil
	}
	p.instr.weighted = kernel.WeightedSquare
	p.vectors[1] = square.in[0]
	return p, append(inner, square)
}

// slope matches d·(a > 0), and d times one number where a > 0, another elsewhere.
func (s *phrases) slope(n *Node) (p phrase, inner []*Node) {
	if n.op != OpMul {
		return p, nil
	}
	for i, slope := range n.in {
		above, over, under := slope, one, none
		inner = nil
		if s.inner(slope, OpWhere) && slope.in[1].shape.Size() == 1 && slope.in[2].shape.Size() == 1 {
			above, over, under = slope.in[0], s.plan.value(slope.in[1]), s.plan.value(slope.in[2])
			inner = []*Node{slope}
		}
		if !s.inner(above, OpGreater) || !above.shape.Equal(n.shape) {
			continue
		}
		if zero, ok := scalarValue(above.in[1]); ok && zero == 0 {
			return phrase{instr{weighted: kernel.Slope, s: over, t: under}, []*Node{above.in[0], n.in[1-i]}}, append(inner, above)
		}
	}
	return p, nil
}

var one, none = []float32{1}, []float32{0}

// descent matches w − m/(√v·u + e)·r, and the same without u.
func (s *phrases) descent(n *Node) (p phrase, inner []*Node) {
	if n.op != OpSub {
		return p, nil
	}
	quotient, r, ok := s.scaled(n.in[1])
	if !ok || !s.inner(quotient, OpDiv) {
		return p, nil
	}
	sum := quotient.in[1]
	if !s.inner(sum, OpAdd) {
		return p, nil
	}
	root, e, ok := s.withScalar(sum)
	if !ok {
		return p, nil
	}
	inner = []*Node{n.in[1], quotient, sum}
	u := one // of a root that stands alone
	if x, factor, ok := s.scaled(root); ok {
		inner = append(inner, root)
		root, u = x, factor
	}
	if !s.inner(root, OpSqrt) {
		return p, nil
	}
	return phrase{
		instr{descend: kernel.Descend, s: u, t: e, u: r},
		[]*Node{n.in[0], quotient.in[0], root.in[0]},
	}, append(inner, root)
}
