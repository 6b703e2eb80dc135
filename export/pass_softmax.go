package export

// gatherSoftmax writes the logarithm of a softmax along the last axis, which package
// graph spells out,
//
//	x − (ln Σ exp(x − max x) + max x),
//
// as the operator that ONNX has for it, and its Exp as Softmax. OpenCV computes
// those, and refuses a maximum along rows that is spread again at a batch other
// than 1.
func gatherSoftmax(m *model) error {
	for _, n := range m.nodes {
		if x := n.logSoftmaxOf(); x != nil {
			n.op, n.in = "LogSoftmax", []*value{x}
			n.attributes = map[string]any{"axis": int64(len(x.shape) - 1)}
		}
		if before := n.in[0].maker; n.op == "Exp" && before != nil && before.op == "LogSoftmax" {
			n.op, n.in, n.attributes = "Softmax", before.in, before.attributes
		}
	}
	return dropDeadNodes(m)
}

// logSoftmaxOf returns x where the node is the last of those above; or nil.
func (n *node) logSoftmaxOf() *value {
	if n.op != "Sub" {
		return nil
	}
	x, logSum := n.in[0], unspread(n.in[1])
	// A sum is written as a mean times a count (reduceSum), and nothing else reads the mean.
	centred := logSum.through("Add", "Log", "Mul", "ReduceMean", "Exp")
	if centred.through("Sub") != x {
		return nil
	}
	top := unspread(centred.maker.in[1])
	if top != logSum.maker.in[1] || top.through("ReduceMax") != x {
		return nil
	}
	rows := x.shape.Clone()
	rows[len(rows)-1] = 1
	if !logSum.shape.Equal(rows) || !top.shape.Equal(rows) {
		return nil
	}
	return x
}

// through follows the first operands of these operators, the last of which made
// v; nil where others did.
func (v *value) through(ops ...string) *value {
	for _, op := range ops {
		if v == nil || v.maker == nil || v.maker.op != op {
			return nil
		}
		v = v.maker.in[0]
	}
	return v
}

// unspread is what v consists of copies of.
func unspread(v *value) *value {
	for v.maker != nil && v.maker.op == "Concat" {
		for _, part := range v.maker.in {
			if part != v.maker.in[0] {
				return v
			}
		}
		v = v.maker.in[0]
	}
	return v
}
