package export

import "slices"

// dropIdentities removes nodes that give their operand back: StopGradient has
// come as Identity, and a merged Reshape may end at the shape it began with.
func dropIdentities(m *model) error {
	for _, n := range slices.Clone(m.nodes) {
		if x := n.in[0]; n.op == "Identity" || n.op == "Reshape" && x.shape.Equal(n.out.shape) {
			m.replace(n.out, x)
			m.remove(n)
		}
	}
	return nil
}

// mergeReshapes lets a reshape of a reshape read what the first one read.
func mergeReshapes(m *model) error {
	for _, n := range m.nodes {
		if before := n.in[0].maker; n.op == "Reshape" && before != nil && before.op == "Reshape" {
			n.in[0] = before.in[0]
		}
	}
	return dropIdentities(m)
}

// detachOutputs gives every output a node of its own: ONNX cannot name a value
// twice, nor an input as an output.
func detachOutputs(m *model) error {
	seen := map[*value]bool{}
	for i, o := range m.outputs {
		if v := o.value; v.maker == nil || seen[v] {
			copied := result(&node{op: "Identity", in: []*value{v}}, v.shape, v.batch)
			m.nodes = append(m.nodes, copied)
			m.outputs[i].value = copied.out
		}
		seen[m.outputs[i].value] = true
	}
	return nil
}
