package graph

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/tensor"
)

// passes lie between the graph as written and the graph that runs, in this
// order. Fusing and storage come after them, on the schedule (fuse.go, plan.go).
var passes = []struct {
	name string
	run  func(*program)
	slow bool // takes time that grows faster than the graph
}{
	{"lower", lower, false},                      // BatchNormalization to element-wise ops
	{"simplify", simplify, false},                // x·1, −(−x), reshapes of reshapes, …
	{"fold constants", foldConstants, false},     // what depends on constants alone
	{"share", share, false},                      // equal computations are made once
	{"join sums", joinSums, false},               // gradients from several batches: one product
	{"join products", joinProducts, true},        // several batches through the same weights: one product
	{"simplify", simplify, false},                // what the passes above uncovered
	{"share", share, false},                      //
	{"separate results", separateResults, false}, // a variable's old value that outlives its assignment
}

// program is a graph on its way to an executable. Dead code needs no pass: only
// what the roots reach is ever looked at.
type program struct {
	graph       *Graph // holds the nodes that passes make
	outputs     []output
	assignments []assignment
}

// newProgram copies what g's roots need into a graph of its own, so that passes
// leave g as it was.
func newProgram(g *Graph) *program {
	p := &program{
		graph:       New(g.name),
		outputs:     append([]output(nil), g.outputs...),
		assignments: append([]assignment(nil), g.assignments...),
	}
	p.graph.rewriting = true
	p.rewrite(func(n *Node, in []*Node) *Node { return p.copy(n, in) })
	return p
}

// optimise runs the passes, without the slow ones where quick.
func (p *program) optimise(quick bool) {
	for _, pass := range passes {
		if !quick || !pass.slow {
			pass.run(p)
		}
	}
}

// roots lists the nodes that must be computed.
func (p *program) roots() []*Node {
	var r []*Node
	for _, o := range p.outputs {
		r = append(r, o.node)
	}
	for _, a := range p.assignments {
		r = append(r, a.node)
	}
	return r
}

// rewrite rebuilds the program from its sources on: f gets each node with its
// new operands and returns what takes its place, or nil to keep it.
func (p *program) rewrite(f func(n *Node, in []*Node) *Node) {
	became := map[*Node]*Node{}
	for _, n := range reach(p.roots()) {
		in := make([]*Node, len(n.in))
		for i, x := range n.in {
			in[i] = became[x]
		}
		r := f(n, in)
		if r == nil {
			r = p.keep(n, in)
		}
		became[n] = r
	}
	for i := range p.outputs {
		p.outputs[i].node = became[p.outputs[i].node]
	}
	for i := range p.assignments {
		p.assignments[i].node = became[p.assignments[i].node]
	}
}

// keep returns n itself, or a copy where its operands have changed.
func (p *program) keep(n *Node, in []*Node) *Node {
	for i := range in {
		if in[i] != n.in[i] {
			return p.copy(n, in)
		}
	}
	return n
}

func (p *program) copy(n *Node, in []*Node) *Node {
	c := p.graph.add(n.op, n.shape, n.attr, in...)
	c.name, c.made, c.place = n.name, n.made, n.place
	return c
}

// lower writes composite ops with simpler ones.
func lower(p *program) {
	p.rewrite(func(n *Node, in []*Node) *Node {
		if n.op == OpBatchNormalization {
			return lowerBatchNormalization(in[0], in[1], in[2], in[3], in[4], n.attr.(EpsilonAttr).Epsilon)
		}
		return nil
	})
}

// simplify applies identities that hold to the bit (but for the sign of a zero), and drops what only
// carries values about.
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
		r = whole(in, n.attr.(AxisAttr).Axis)
	case OpTranspose:
		if in[0].op == OpTranspose && isInverse(n.attr.(PermAttr), in[0].attr.(PermAttr)) {
			r = in[0].in[0]
		}
	}
	if r != nil && !r.shape.Equal(n.shape) {
		return nil // the dropped operand took part in broadcasting
	}
	return r
}

// whole returns the node that the operands of a Concat are all the slices of, in
// order, or nil.
func whole(in []*Node, axis int) *Node {
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

func isInverse(a, b PermAttr) bool {
	for i, p := range a.Perm[:a.Rank] {
		if b.Perm[p] != i {
			return false
		}
	}
	return true
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

// foldLimit keeps large repeated constants as the recipe that makes them.
const foldLimit = 4096

// foldConstants computes now what depends on constants alone.
func foldConstants(p *program) {
	p.rewrite(func(n *Node, in []*Node) *Node {
		if len(in) == 0 || n.shape.Size() > foldLimit {
			return nil
		}
		for _, x := range in {
			if x.op != OpConstant {
				return nil
			}
		}
		one := &program{graph: p.graph, outputs: []output{{"value", p.keep(n, in)}}}
		exe := one.executable(one.plan(), Options{})
		exe.Run(0)
		return p.graph.Constant(exe.Output("value").Clone())
	})
}

// share gives equal computations one node: value numbering.
func share(p *program) {
	first := map[string]*Node{}
	p.rewrite(func(n *Node, in []*Node) *Node {
		n = p.keep(n, in)
		key := shareKey(n)
		if m := first[key]; m != nil {
			return m
		}
		first[key] = n
		return n
	})
}

func shareKey(n *Node) string { return shareKeyOf(n.op, n.shape, n.attr, n.in) }

// shareKeyOf writes down what a value is computed from.
func shareKeyOf(op Op, shape tensor.Shape, attr any, in []*Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v", op, []int(shape))
	switch a := attr.(type) {
	case nil:
	case variableAttr:
		fmt.Fprintf(&b, " %p", a.variable)
	case constantAttr:
		if len(a.value.Data) > 16 {
			fmt.Fprintf(&b, " %p", a.value)
		} else {
			// Hexadecimal floats: distinguishes −0 from 0 and keeps NaN apart from numbers.
			fmt.Fprintf(&b, " %x", a.value.Data)
		}
	default:
		fmt.Fprintf(&b, " %+v", a)
	}
	for _, x := range in {
		fmt.Fprintf(&b, " %d", x.id)
	}
	return b.String()
}

// separateResults copies the value of a variable where it is itself a result of
// the run: the variable may be overwritten before the result is read.
func separateResults(p *program) {
	assigned := map[*Variable]bool{}
	for _, a := range p.assignments {
		assigned[a.variable] = true
	}
	separate := func(n *Node) *Node {
		root := n
		for root.op == OpReshape || root.op == OpSlice {
			root = root.in[0]
		}
		if v := root.AsVariable(); v != nil && assigned[v] {
			return p.graph.add(OpStopGradient, n.shape, nil, n)
		}
		return n
	}
	for i := range p.outputs {
		p.outputs[i].node = separate(p.outputs[i].node)
	}
	for i := range p.assignments {
		p.assignments[i].node = separate(p.assignments[i].node)
	}
}

// scalarValue returns the number of a scalar constant.
func scalarValue(n *Node) (float32, bool) {
	if a, ok := n.attr.(constantAttr); ok && len(a.value.Data) == 1 {
		return a.value.Data[0], true
	}
	return 0, false
}
