package graph

import (
	"cmp"
	"slices"
	"unsafe"
)

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

// region is memory laid out so that values alive at the same time do not overlap.
type region struct {
	spans []*span
	room  int // floats that it takes
}

// span is the life of a stored value: from the unit that writes it to the last
// that reads it. Values that follow each other in one place share a span.
type span struct {
	nodes        []*Node // of one size, in the order of their lives
	tape         []row   // values before, in and behind the first, a Concat's (rows.go)
	apart        int     // size times life that the Concats on the tape would have apart
	birth, death int
	output       bool // one of the nodes is an output
	offset       int  // in its region
}

const (
	alignment  = 16   // of values in the arena, in floats: a cache line
	pageFloats = 1024 // of the address bits that choose a cache set
)

func (p *program) plan() *plan {
	units := schedule(p.roots())
	pl := &plan{units: units, data: map[*Node][]float32{}, inputs: map[string]*Node{}}

	writtenAt := map[*Node]int{}
	for i, u := range units {
		for _, n := range u.members() {
			writtenAt[n] = i
		}
	}

	// Last reads, of stored values and of variables.
	spans := map[*Node]*span{}
	lastRead := map[*Node]int{}
	read := func(x *Node, at int) {
		h, _ := x.home()
		lastRead[h] = max(lastRead[h], at)
		if w, ok := writtenAt[h]; ok && w != at { // within a walk values stay in registers
			if spans[h] == nil {
				spans[h] = &span{nodes: []*Node{h}, birth: w}
			}
			spans[h].death = max(spans[h].death, at)
		}
	}
	for i, u := range units {
		for _, n := range u.members() {
			for _, x := range n.in {
				read(x, i)
			}
			if !u.fused() && spans[n] == nil {
				spans[n] = &span{nodes: []*Node{n}, birth: i, death: i}
			}
		}
	}
	end := len(units)
	for _, r := range p.roots() {
		h, _ := r.home()
		if h.stored() {
			if spans[h] == nil {
				spans[h] = &span{nodes: []*Node{h}, birth: writtenAt[h]}
			}
			spans[h].death = end
		}
	}

	for _, n := range reach(p.roots()) {
		switch n.op {
		case OpVariable, OpConstant:
			pl.data[n] = n.Value().Data
		case OpInput:
			pl.data[n] = make([]float32, n.shape.Size())
			pl.inputs[n.name] = n
		}
	}

	variableNode := map[*Variable]*Node{}
	for n := range pl.data {
		if v := n.AsVariable(); v != nil {
			variableNode[v] = n
		}
	}
	for _, a := range p.assignments {
		old := variableNode[a.variable]
		last, isRead := lastRead[old]
		at, isWritten := writtenAt[a.node]
		if isWritten && pl.data[a.node] == nil &&
			(!isRead || last < at || last == at && units[at].canOverwrite(old, a.node)) {
			pl.data[a.node] = a.variable.Value.Data
			delete(spans, a.node)
			continue
		}
		pl.copies = append(pl.copies, a)
	}

	placeRows(units, spans)
	reuse(units, spans)
	for _, out := range p.outputs {
		h, _ := out.node.home()
		if s := spans[h]; s != nil {
			s.output = true
		}
	}
	for n, s := range spans {
		switch {
		case n != s.nodes[0]: // listed with its first
		case s.output:
			pl.outputs.spans = append(pl.outputs.spans, s)
		default:
			pl.arena.spans = append(pl.arena.spans, s)
		}
	}
	pl.outputs.layOut()
	pl.arena.layOut()
	return pl
}

// canOverwrite reports whether the result of node n of a walk may be stored over
// a value of n's size that the walk reads: the write must not come before a
// read, and every read must be of the very element about to be written.
func (u *unit) canOverwrite(old, n *Node) bool {
	if !u.fused() || u.product != nil && u.product.reads(old) {
		return false
	}
	written := false
	for _, m := range u.nodes {
		for _, x := range m.in {
			if h, _ := x.home(); h == old && (written || x != old || !old.shape.Equal(m.shape)) {
				return false
			}
		}
		written = written || m == n
	}
	return true
}

// reuse lets a result of a walk take the place of a value that the walk reads
// for the last time.
func reuse(units []*unit, spans map[*Node]*span) {
	for i, u := range units {
		if !u.fused() {
			continue
		}
		taken := map[*span]bool{}
		for _, n := range u.nodes {
			mine := spans[n]
			if mine == nil || mine.nodes[0] != n {
				continue
			}
			for _, m := range u.nodes {
				for _, x := range m.in {
					theirs := spans[x]
					if theirs == nil || theirs.death != i || theirs.birth == i || taken[theirs] || mine != spans[n] ||
						theirs.nodes[len(theirs.nodes)-1] != x || !u.canOverwrite(x, n) || u.readsBeside(x, spans) {
						continue
					}
					taken[theirs] = true
					theirs.nodes = append(theirs.nodes, n)
					theirs.death = mine.death
					spans[n] = theirs
				}
			}
		}
	}
}

// layOut places the values: the largest first, each at the lowest offset where
// it meets no other value of its time.
func (r *region) layOut() {
	slices.SortFunc(r.spans, func(a, b *span) int {
		return cmp.Or(b.size()-a.size(), a.birth-b.birth, a.nodes[0].id-b.nodes[0].id)
	})
	total := 0
	var placed []*span // by offset
	for _, s := range r.spans {
		at := 0
		for _, q := range placed {
			if q.death < s.birth || s.death < q.birth {
				continue
			}
			if at+s.room() <= q.offset {
				break
			}
			at = max(at, q.offset+q.room())
		}
		s.offset = at
		i, _ := slices.BinarySearchFunc(placed, at, func(q *span, t int) int { return q.offset - t })
		placed = slices.Insert(placed, i, s)
		total = max(total, at+s.room())
	}
	if total > 0 {
		r.room = total + alignment
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

// aligned skips to the first cache line's border.
func aligned(memory []float32) []float32 {
	past := int(uintptr(unsafe.Pointer(unsafe.SliceData(memory)))/4) % alignment
	return memory[(alignment-past)%alignment:]
}

func (s *span) size() int {
	first, end := s.extent()
	return end - first
}

// room is the space a value takes: whole cache lines, and one more after a
// multiple of a page, lest neighbours compete for the same cache ways.
func (s *span) room() int {
	size := (s.size() + alignment - 1) / alignment * alignment
	if size >= pageFloats && size%pageFloats == 0 {
		size += alignment
	}
	return size
}

// value returns the storage of any node that has some, views included.
func (pl *plan) value(n *Node) []float32 {
	h, offset := n.home()
	size := n.shape.Size()
	return pl.data[h][offset : offset+size : offset+size]
}
