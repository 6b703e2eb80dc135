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
