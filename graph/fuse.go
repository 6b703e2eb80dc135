package graph

import "container/heap"

// unit is what the executable runs at a time: one node, or a group of
// element-wise nodes of one shape that a single walk over the data computes.
type unit struct {
	nodes []*Node // operands before users

	// product is a matrix product that the walk uses block by block, as it is
	// computed; or nil. It is stored nowhere.
	product *Node
}

func (u *unit) fused() bool { return u.nodes[0].op.elementwise() }

// members are all nodes that it computes, operands before users.
func (u *unit) members() []*Node {
	if u.product == nil {
		return u.nodes
	}
	return append([]*Node{u.product}, u.nodes...)
}

// macs counts the multiply-adds of its contraction.
func (u *unit) macs() int64 {
	var n int64
	for _, m := range u.members() {
		n += m.macs()
	}
	return n
}

// place is where the last of its nodes was written.
func (u *unit) place() int {
	p := 0
	for _, n := range u.nodes {
		p = max(p, n.place)
	}
	return p
}

// stored reports whether the node needs work of its own at run time: sources
// are there already and aliases (alias) are only another view.
func (n *Node) stored() bool {
	switch n.op {
	case OpInput, OpConstant, OpVariable:
		return false
	}
	_, _, isAlias := n.alias()
	return !isAlias
}

// alias reports whether n is a view of its operand, from an offset on.
func (n *Node) alias() (of *Node, offset int, ok bool) {
	switch n.op {
	case OpReshape:
		return n.in[0], 0, true
	case OpSlice:
		a := n.attr.(SliceAttr)
		strides := n.in[0].shape.Strides()
		for _, d := range n.in[0].shape[:a.Axis] {
			if d != 1 {
				return nil, 0, false
			}
		}
		return n.in[0], a.Start * strides[a.Axis], true
	}
	return nil, 0, false
}

// home follows views to the node whose storage holds the value.
func (n *Node) home() (*Node, int) {
	offset := 0
	for {
		of, o, ok := n.alias()
		if !ok {
			return n, offset
		}
		n, offset = of, offset+o
	}
}

// schedule groups the stored nodes that the roots need into units and orders
// them, operands first and otherwise as the graph was written.
func schedule(roots []*Node) []*unit {
	var order []*Node
	for _, n := range reach(roots) {
		if n.stored() {
			order = append(order, n)
		}
	}
	return sorted(takeProducts(group(order, roots), roots))
}

// fusable reports whether user may be computed in one walk with its operand in.
func fusable(in, user *Node) bool {
	return in.op.elementwise() && user.op.elementwise() && in.shape.Equal(user.shape)
}

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
	depth := map[*Node]int{}
	users := map[*Node][]*Node{}
	barred := map[*Node]bool{} // read through a view, or a result: must be stored
	for _, r := range roots {
		h, _ := r.home()
		barred[h] = true
	}
	for _, n := range order {
		d := 0
		for _, x := range n.in {
			h, _ := x.home()
			if !h.stored() {
				continue
			}
			step := 1
			if h == x && fusable(x, n) {
				step = 0
			}
			d = max(d, depth[h]+step)
			users[h] = append(users[h], n)
			if h != x {
				barred[h] = true
			}
		}
		depth[n] = d
	}
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		if !n.op.elementwise() || barred[n] {
			continue
		}
		sink, together := -1, true
		for _, u := range users[n] {
			together = together && fusable(n, u)
			if sink < 0 || depth[u] < sink {
				sink = depth[u]
			}
		}
		if together && sink > depth[n] {
			depth[n] = sink
		}
	}

	// Union of nodes that share a full-sized value at one depth.
	leader := map[*Node]*Node{}
	var find func(*Node) *Node
	find = func(n *Node) *Node {
		if leader[n] == n {
			return n
		}
		leader[n] = find(leader[n])
		return leader[n]
	}
	type meeting struct {
		value *Node
		depth int
		shape string
	}
	first := map[meeting]*Node{}
	for _, n := range order {
		leader[n] = n
		if !n.op.elementwise() {
			continue
		}
		join := func(value *Node) {
			m := meeting{value, depth[n], n.shape.String()}
			if other := first[m]; other != nil {
				leader[find(n)] = find(other)
			} else {
				first[m] = n
			}
		}
		join(n)
		for _, x := range n.in {
			if fusable(x, n) || x.shape.Size() == n.shape.Size() && n.shape.Size() > 1 {
				join(x)
			}
		}
	}

	units := map[*Node]*unit{}
	var list []*unit
	for _, n := range order {
		l := find(n)
		u := units[l]
		if u == nil {
			u = &unit{}
			units[l] = u
			list = append(list, u)
		}
		u.nodes = append(u.nodes, n)
	}
	return list
}

// sorted orders units topologically; of those that could run next, the one
// written first (by its last node) runs, which keeps values short-lived.
func sorted(units []*unit) []*unit {
	of := map[*Node]int{}
	for i, u := range units {
		for _, n := range u.members() {
			of[n] = i
		}
	}
	waits := make([]int, len(units))
	next := make([][]int, len(units))
	for i, u := range units {
		seen := map[int]bool{}
		for _, n := range u.members() {
			for _, x := range n.in {
				h, _ := x.home()
				j, ok := of[h]
				if ok && j != i && !seen[j] {
					seen[j] = true
					next[j] = append(next[j], i)
					waits[i]++
				}
			}
		}
	}
	ready := &unitHeap{units: units}
	for i := range units {
		if waits[i] == 0 {
			heap.Push(ready, i)
		}
	}
	var list []*unit
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		list = append(list, units[i])
		for _, j := range next[i] {
			if waits[j]--; waits[j] == 0 {
				heap.Push(ready, j)
			}
		}
	}
	if len(list) != len(units) {
		panic("graph: the units of the schedule wait for each other")
	}
	return list
}

// unitHeap is a heap of units by the place of their last node.
type unitHeap struct {
	units []*unit
	index []int
}

func (h *unitHeap) Len() int { return len(h.index) }
func (h *unitHeap) Less(i, j int) bool {
	a, b := h.index[i], h.index[j]
	if p, q := h.units[a].place(), h.units[b].place(); p != q {
		return p < q
	}
	return a < b
}
func (h *unitHeap) Swap(i, j int) { h.index[i], h.index[j] = h.index[j], h.index[i] }
func (h *unitHeap) Push(x any)    { h.index = append(h.index, x.(int)) }
func (h *unitHeap) Pop() any {
	last := len(h.index) - 1
	i := h.index[last]
	h.index = h.index[:last]
	return i
}
