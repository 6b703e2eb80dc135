package graph

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

// whole is the stored value that n is all of, perhaps in another shape, or nil.
func (n *Node) whole() *Node {
	h, offset := n.home()
	if offset != 0 || h.shape.Size() != n.shape.Size() {
		return nil
	}
	return h
}
