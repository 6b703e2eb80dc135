package graph

// plan decides where every value lives: sources where they are, results that
// become a variable's value in the variable itself when that is safe, outputs in
// memory of their own, and all the rest in an arena. It is made once; a run
// allocates nothing.
type plan struct {
	units   []*unit
	data    map[*Node][]float32 // storage of each node that is no view
	copies  []assignment        // assignments that need a copy when the run ends
	inputs  map[string]*Node
	outputs region
	arena   region
}

func (p *program) plan() *plan {
	roots := p.roots()
	pl := &plan{units: schedule(roots), data: map[*Node][]float32{}, inputs: map[string]*Node{}}
	pl.placeSources(roots)
	l := livesOf(pl.units, roots)
	pl.placeAssigned(p.assignments, l)
	placeRows(pl.units, l.spans)
	reuse(pl.units, l.spans)
	pl.divide(l.spans, p.outputs)
	pl.outputs.layOut()
	pl.arena.layOut()
	return pl
}

// placeSources gives the inputs memory, and finds the variables and constants where
// they are.
func (pl *plan) placeSources(roots []*Node) {
	for _, n := range reach(roots) {
		switch n.op {
		case OpVariable, OpConstant:
			pl.data[n] = n.Value().Data
		case OpInput:
			pl.data[n] = make([]float32, n.shape.Size())
			pl.inputs[n.name] = n
		}
	}
}

// placeAssigned has results computed straight into the variables they are assigned
// to, and lists the copies where that is not safe.
func (pl *plan) placeAssigned(assignments []assignment, l *lives) {
	readers := map[*Variable]*Node{}
	for n := range pl.data {
		if v := n.AsVariable(); v != nil {
			readers[v] = n
		}
	}
	for _, a := range assignments {
		if pl.data[a.node] != nil || !l.mayReplace(readers[a.variable], a.node) {
			pl.copies = append(pl.copies, a)
			continue
		}
		pl.data[a.node] = a.variable.Value.Data
		delete(l.spans, a.node)
	}
}

// divide parts the spans among the two regions.
func (pl *plan) divide(spans map[*Node]*span, outputs []output) {
	lasting := map[*span]bool{}
	for _, out := range outputs {
		h, _ := out.node.home()
		lasting[spans[h]] = true
	}
	for n, s := range spans {
		switch {
		case n != s.nodes[0]: // listed with its first
		case lasting[s]:
			pl.outputs.spans = append(pl.outputs.spans, s)
		default:
			pl.arena.spans = append(pl.arena.spans, s)
		}
	}
}

// cut gives the region's values their pieces of memory, of at least its room.
func (pl *plan) cut(r *region, memory []float32) {
	if r.room == 0 {
		return
	}
	base := aligned(memory)
	for _, s := range r.spans {
		first, _ := s.extent()
		place := func(n *Node, at int) {
			at += s.offset - first
			pl.data[n] = base[at : at+n.shape.Size() : at+n.shape.Size()]
		}
		for _, n := range s.nodes {
			place(n, 0)
		}
		for _, r := range s.tape {
			place(r.node, r.at)
		}
	}
}

// value returns the storage of any node that has some, views included.
func (pl *plan) value(n *Node) []float32 {
	h, offset := n.home()
	size := n.shape.Size()
	return pl.data[h][offset : offset+size : offset+size]
}

// bytes is the memory that a run takes, without variables, constants and inputs.
func (pl *plan) bytes() int { return 4 * (pl.outputs.room + pl.arena.room) }
