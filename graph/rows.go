package graph

// A Concat along the first axis puts rows under each other. Where they are computed
// straight into their places nothing is copied. Some are in several Concats: the
// discriminator's next layer sees real, generated and mixed examples, the gradient by
// its weights sums over the first two of these and something else. So values that
// overlap, such as a b c and b c d, are windows of one tape, a b c d.

// row is a value on a tape.
type row struct {
	node *Node
	at   int // counted from where the span's first node begins
}

// extent is what a span takes, counted from where its first node begins.
func (s *span) extent() (first, end int) {
	end = s.nodes[0].shape.Size()
	for _, r := range s.tape {
		first, end = min(first, r.at), max(end, r.at+r.node.shape.Size())
	}
	return first, end
}

// tapes places the rows of Concats.
type tapes struct {
	spans    map[*Node]*span
	position map[*Node]int // of what lies on a tape
}

func placeRows(units []*unit, spans map[*Node]*span) {
	t := &tapes{spans, map[*Node]int{}}
	for _, u := range units {
		n := u.nodes[0]
		if n.op == OpConcat && n.attr == (AxisAttr{0}) && spans[n] != nil {
			t.place(n)
		}
	}
}

// place puts n on a tape that has some of its rows in the right places, or makes one,
// and puts its other rows on it that are on none. Those left are copied.
func (t *tapes) place(n *Node) {
	tape, start := t.spans[n], 0
	t.eachRow(n, func(x *Node, at int) {
		if position, ok := t.position[x]; ok && tape == t.spans[n] && t.fits(n, t.spans[x], position-at) {
			tape, start = t.spans[x], position-at
		}
	})
	if tape == t.spans[n] {
		t.position[n] = 0
	} else {
		t.put(n, tape, start)
	}
	t.eachRow(n, func(x *Node, at int) {
		// What has a successor in its place, or is an input, stays where it is.
		if theirs := t.spans[x]; theirs != nil && len(theirs.tape) == 0 && theirs.nodes[0] == x {
			t.put(x, tape, start+at)
		}
	})
}

// fits tells whether the tape may have n at a place: what is there already must be n's
// rows in their order.
func (t *tapes) fits(n *Node, tape *span, start int) bool {
	first, end := tape.extent()
	fits := true
	at := start
	for _, x := range n.in {
		size := x.shape.Size()
		if at < end && at+size > first {
			h := x.whole()
			position, ok := t.position[h]
			fits = fits && ok && t.spans[h] == tape && position == at
		}
		at += size
	}
	return fits
}

// eachRow calls f for the operands of n that are values by themselves, and the places
// where n has them.
func (t *tapes) eachRow(n *Node, f func(x *Node, at int)) {
	at := 0
	for _, x := range n.in {
		if h := x.whole(); h != nil {
			f(h, at)
		}
		at += x.shape.Size()
	}
}

// put gives x a place on a tape.
func (t *tapes) put(x *Node, tape *span, at int) {
	mine := t.spans[x]
	tape.tape = append(tape.tape, row{x, at})
	tape.birth, tape.death = min(tape.birth, mine.birth), max(tape.death, mine.death)
	t.spans[x], t.position[x] = tape, at
}

// whole is the stored value that n is all of, perhaps in another shape, or nil.
func (n *Node) whole() *Node {
	h, offset := n.home()
	if offset != 0 || h.shape.Size() != n.shape.Size() {
		return nil
	}
	return h
}
