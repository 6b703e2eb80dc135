package graph

// reuse lets a result of a walk take the place of a value that the walk reads
// for the last time.
func reuse(units []*unit, spans map[*Node]*span) {
	for i, u := range units {
		if !u.fused() {
			continue
		}
		for _, n := range u.nodes {
			mine := spans[n]
			if mine == nil || mine.nodes[0] != n {
				continue
			}
			if x := u.predecessor(n, i, spans); x != nil {
				place := spans[x]
				place.nodes = append(place.nodes, n)
				place.death = mine.death
				spans[n] = place
			}
		}
	}
}

// predecessor is a value whose place result n of the walk, unit i of the schedule,
// may take; or nil.
func (u *unit) predecessor(n *Node, i int, spans map[*Node]*span) *Node {
	for _, m := range u.nodes {
		for _, x := range m.in {
			s := spans[x]
			if s != nil && s.birth < i && s.death == i && s.nodes[len(s.nodes)-1] == x &&
				u.canOverwrite(x, n) && !u.readsBeside(x, spans) {
				return x
			}
		}
	}
	return nil
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

// readsBeside reports whether the unit reads another value on x's tape: a result in x's
// place would be written over it.
func (u *unit) readsBeside(x *Node, spans map[*Node]*span) bool {
	for _, m := range u.members() {
		for _, y := range m.in {
			if h, _ := y.home(); h != x && spans[h] == spans[x] {
				return true
			}
		}
	}
	return false
}
