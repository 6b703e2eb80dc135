package graph

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
func (p *program) roots() []*Node { return rootsOf(p.outputs, p.assignments) }

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
