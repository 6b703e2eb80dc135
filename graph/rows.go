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

// mostTogether is how much of memory and time, their product, a tape may take for what
// its Concats would take apart. A tape lives as long as any of its rows: long chains of
// Concats are better copied.
const mostTogether = 2

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
	own := t.spans[n]
	birth, death := t.life(n)
	apart := (death - birth) * own.size()
	tape, start := own, 0
	t.eachRow(n, func(x *Node, at int) {
		position, ok := t.position[x]
		if !ok || tape != own {
			return
		}
		theirs := t.spans[x]
		first, end := theirs.extent()
		first, end = min(first, position-at), max(end, position-at+own.size())
		together := (max(theirs.death, death) - min(theirs.birth, birth)) * (end - first)
		if together <= mostTogether*(theirs.apart+apart) && t.fits(n, theirs, position-at) {
			tape, start = theirs, position-at
		}
	})
	tape.apart += apart
	if tape == own {
		t.position[n] = 0
	} else {
		t.put(n, tape, start)
	}
	t.eachRow(n, func(x *Node, at int) {
		if t.free(x) {
			t.put(x, tape, start+at)
		}
	})
}

// free tells whether x may move: an input may not, nor what lies on a tape or has one.
func (t *tapes) free(x *Node) bool {
	s := t.spans[x]
	return s != nil && len(s.tape) == 0 && s.nodes[0] == x
}

// life is that of n with the rows that would be computed straight into it.
func (t *tapes) life(n *Node) (birth, death int) {
	birth, death = t.spans[n].birth, t.spans[n].death
	t.eachRow(n, func(x *Node, _ int) {
		if t.free(x) {
			birth, death = min(birth, t.spans[x].birth), max(death, t.spans[x].death)
		}
	})
	return birth, death
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
