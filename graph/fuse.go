package graph

// group decides which element-wise nodes are walked together.
//
// Each node gets a depth that grows by one wherever a value must be whole before
// it can be used (at a Gemm, a reduction, a change of shape). Two element-wise
// nodes of one shape and one depth cannot have such a barrier between them, so
// any set of them can be walked together. A node first gets the least depth that
// its operands allow; then it sinks to the depth of its users where all of them
// could take it in, so that its value need not be stored. Of one depth and shape,
// nodes that share a value of full size make a unit.
func group(order, roots []*Node) []*unit {
	d := leastDepths(order, roots)
	d.sink(order)
	return unite(order, d.of)
}

// fusable reports whether user may be computed in one walk with its operand in.
func fusable(in, user *Node) bool {
	return in.op.elementwise() && user.op.elementwise() && in.shape.Equal(user.shape)
}

// depths counts the barriers before each node.
type depths struct {
	of     map[*Node]int
	users  map[*Node][]*Node // also by a view
	barred map[*Node]bool    // read through a view, or a result: must be stored
}

func leastDepths(order, roots []*Node) *depths {
	d := &depths{of: map[*Node]int{}, users: map[*Node][]*Node{}, barred: map[*Node]bool{}}
	for _, r := range roots {
		h, _ := r.home()
		d.barred[h] = true
	}
	for _, n := range order {
		for _, x := range n.in {
			h, _ := x.home()
			if !h.stored() {
				continue
			}
			step := 1
			if h == x && fusable(x, n) {
				step = 0
			}
			d.of[n] = max(d.of[n], d.of[h]+step)
			d.users[h] = append(d.users[h], n)
			if h != x {
				d.barred[h] = true
			}
		}
	}
	return d
}

// sink moves nodes down to their users, the last nodes first.
func (d *depths) sink(order []*Node) {
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		if !n.op.elementwise() || d.barred[n] {
			continue
		}
		least, together := -1, true
		for _, u := range d.users[n] {
			together = together && fusable(n, u)
			if least < 0 || d.of[u] < least {
				least = d.of[u]
			}
		}
		if together && least > d.of[n] {
			d.of[n] = least
		}
	}
}

// meeting is where nodes come together: at a value of full size that they compute or
// read, at one depth and of one shape.
type meeting struct {
	value *Node
	depth int
	shape string
}

// unite makes units of the nodes that meet, also by way of others.
func unite(order []*Node, depth map[*Node]int) []*unit {
	s := sets{}
	first := map[meeting]*Node{}
	for _, n := range order {
		s[n] = n
		for _, value := range n.fullSized() {
			m := meeting{value, depth[n], n.shape.String()}
			if other := first[m]; other != nil {
				s.join(n, other)
			} else {
				first[m] = n
			}
		}
	}

	units := map[*Node]*unit{}
	var list []*unit
	for _, n := range order {
		leader := s.find(n)
		u := units[leader]
		if u == nil {
			u = &unit{}
			units[leader] = u
			list = append(list, u)
		}
		u.nodes = append(u.nodes, n)
	}
	return list
}

// fullSized lists the values of full size that an element-wise node computes or reads.
func (n *Node) fullSized() []*Node {
	if !n.op.elementwise() {
		return nil
	}
	values := []*Node{n}
	for _, x := range n.in {
		if fusable(x, n) || x.shape.Size() == n.shape.Size() && n.shape.Size() > 1 {
			values = append(values, x)
		}
	}
	return values
}

// sets are disjoint: each node leads to another of its set, and in the end to the
// set's leader.
type sets map[*Node]*Node

func (s sets) find(n *Node) *Node {
	if s[n] != n {
		s[n] = s.find(s[n])
	}
	return s[n]
}

func (s sets) join(a, b *Node) { s[s.find(a)] = s.find(b) }
