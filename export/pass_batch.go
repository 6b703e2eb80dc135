package export

// settleBatches gives results that depend on no Reshape one to their own shape,
// where they meet results that do. OpenCV takes an open batch for 0 until a Reshape
// of −1 makes it 1, and refuses to join or to combine the two.
func settleBatches(m *model) error {
	settled := map[*value]bool{}
	settledBy := map[*value]*value{}
	var nodes []*node
	for _, n := range m.nodes {
		some, all := false, true
		for _, v := range n.in {
			if v.batch {
				some, all = some || settled[v], all && settled[v]
			}
		}
		settled[n.out] = some || n.op == "Reshape"
		for i, v := range n.in {
			if !some || all || !v.batch || settled[v] {
				continue
			}
			if settledBy[v] == nil {
				own := int64s(v.shape...)
				own[0] = -1
				r := result(&node{op: "Reshape", in: []*value{v, integers(own...)}, source: n.source}, v.shape, true)
				nodes = append(nodes, r)
				settledBy[v] = r.out
			}
			n.in[i] = settledBy[v]
		}
		nodes = append(nodes, n)
	}
	m.nodes = nodes
	return nil
}
