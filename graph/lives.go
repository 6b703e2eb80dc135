package graph

// span is the life of a stored value: from the unit that writes it to the last
// that reads it. Values that follow each other in one place share a span.
type span struct {
	nodes        []*Node // of one size, in the order of their lives
	tape         []row   // values before, in and behind the first, a Concat's (rows.go)
	apart        int     // size times life that the Concats on the tape would have apart
	birth, death int     // places of units in the schedule; its length after a run
	offset       int     // in its region
}

// lives tells when values are written and last read, as places of units in the
// schedule.
type lives struct {
	units     []*unit
	writtenAt map[*Node]int
	lastRead  map[*Node]int   // of sources, too
	spans     map[*Node]*span // of results that must be stored
}

func livesOf(units []*unit, roots []*Node) *lives {
	l := &lives{units: units, writtenAt: map[*Node]int{}, lastRead: map[*Node]int{}, spans: map[*Node]*span{}}
	for i, u := range units {
		for _, n := range u.members() {
			l.writtenAt[n] = i
		}
		if !u.fused() {
			l.span(u.nodes[0])
		}
	}
	for i, u := range units {
		for _, n := range u.members() {
			for _, x := range n.in {
				l.read(x, i)
			}
		}
	}
	for _, r := range roots {
		l.read(r, len(units))
	}
	return l
}

// read notes that the unit at a place reads x.
func (l *lives) read(x *Node, at int) {
	h, _ := x.home()
	l.lastRead[h] = max(l.lastRead[h], at)
	if w, ok := l.writtenAt[h]; ok && w != at { // within a walk values stay in registers
		s := l.span(h)
		s.death = max(s.death, at)
	}
}

// span is that of a result, which begins with its unit.
func (l *lives) span(n *Node) *span {
	s := l.spans[n]
	if s == nil {
		at := l.writtenAt[n]
		s = &span{nodes: []*Node{n}, birth: at, death: at}
		l.spans[n] = s
	}
	return s
}

// mayReplace reports whether result n may be stored over a variable's old value,
// whose node is nil where nobody reads it.
func (l *lives) mayReplace(old, n *Node) bool {
	at, written := l.writtenAt[n]
	last, read := l.lastRead[old]
	return written && (!read || last < at || last == at && l.units[at].canOverwrite(old, n))
}
