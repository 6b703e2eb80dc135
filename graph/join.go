package graph

import "slices"

// joinProducts makes one product of several that share their weights: the
// discriminator looks at real and at generated examples with the same matrices,
// and a product of 128 rows costs less than two of 64, because the weights are
// fetched and packed once.
//
// Products are joined along their first axis, the batch: their left operands are
// put under each other, and each user gets its slice of the result, which is a
// view. Where the operands are computed straight into their places (rows.go)
// nothing is copied.
func joinProducts(p *program) {
	j := joiner{groupOf: map[*Node]*[]*Node{}}
	classes := map[string][]*[]*Node{}
	for _, n := range reach(p.roots()) {
		if n.op == OpConcat && n.attr == (AxisAttr{0}) {
			j.concats = append(j.concats, n)
		}
		key, ok := joinKey(n)
		if !ok {
			continue
		}
		var group *[]*Node
		for _, g := range classes[key] {
			if j.independent(n, *g) {
				group = g
				break
			}
		}
		if group == nil {
			group = &[]*Node{}
			classes[key] = append(classes[key], group)
		}
		*group = append(*group, n)
		j.groupOf[n] = group
	}
	j.became = map[*Node]*Node{}
	for i := range p.outputs {
		p.outputs[i].node = j.rebuild(p, p.outputs[i].node)
	}
	for i := range p.assignments {
		p.assignments[i].node = j.rebuild(p, p.assignments[i].node)
	}
}

// joinKey tells which products may be joined: those by the same weights, in the
// same way, on examples of the same shape.
func joinKey(n *Node) (string, bool) {
	switch n.op {
	case OpGemm:
		if n.attr.(GemmAttr).TransA {
			return "", false // its first axis is no batch
		}
	case OpConv, OpConvTranspose:
	default:
		return "", false
	}
	// The result's shape does not give that of the operand away: a strided
	// convolution makes 14×14 of 28×28 and of 29×29.
	return shareKeyOf(n.op, n.in[0].shape[1:], n.attr, n.in[1:]), true
}

// joiner knows which products will be one.
type joiner struct {
	groupOf map[*Node]*[]*Node
	concats []*Node // of rows
	became  map[*Node]*Node
}

// independent reports whether n can join the group: neither needs the other, also
// by way of products that are joined already.
func (j *joiner) independent(n *Node, group []*Node) bool {
	return !j.needs(n.in, group) && !j.needs(operandsOf(group), []*Node{n})
}

func operandsOf(nodes []*Node) []*Node {
	var in []*Node
	for _, n := range nodes {
		in = append(in, n.in...)
	}
	return in
}

// needs reports whether computing the nodes takes one of the targets.
func (j *joiner) needs(nodes, targets []*Node) bool {
	seen := map[*Node]bool{}
	var visit func(n *Node) bool
	visit = func(n *Node) bool {
		if slices.Contains(targets, n) {
			return true
		}
		if seen[n] {
			return false
		}
		seen[n] = true
		if g := j.groupOf[n]; g != nil {
			for _, m := range *g {
				if !seen[m] && visit(m) {
					return true
				}
			}
		}
		return slices.ContainsFunc(n.in, visit)
	}
	return slices.ContainsFunc(nodes, visit)
}

// rebuild returns what takes n's place.
func (j *joiner) rebuild(p *program, n *Node) *Node {
	if r := j.became[n]; r != nil {
		return r
	}
	if g := j.groupOf[n]; g != nil && len(*g) > 1 {
		j.rebuildGroup(p, *g)
		return j.became[n]
	}
	in := make([]*Node, len(n.in))
	for i, x := range n.in {
		in[i] = j.rebuild(p, x)
	}
	j.became[n] = p.keep(n, in)
	return j.became[n]
}

func (j *joiner) rebuildGroup(p *program, group []*Node) {
	weights := j.rebuild(p, group[0].in[1])
	left := map[*Node]*Node{}
	for _, n := range group {
		left[n] = j.rebuild(p, n.in[0])
	}
	slices.SortStableFunc(group, func(a, b *Node) int { return left[a].id - left[b].id })
	j.orderAsConcat(group)
	var rows []*Node
	shape := group[0].shape.Clone()
	shape[0] = 0
	for _, n := range group {
		rows = append(rows, left[n])
		shape[0] += n.shape[0]
	}
	whole := p.graph.add(group[0].op, shape, group[0].attr, Concat(0, rows...), weights)
	whole.made = group[0].made
	at := 0
	for _, n := range group {
		j.became[n] = whole.Slice(0, at, at+n.shape[0])
		at += n.shape[0]
	}
}

// orderAsConcat takes an order in which the rows lie in a Concat already, or some do at
// one end of it and the others can lie beyond, so that they need be in one place only
// (rows.go).
func (j *joiner) orderAsConcat(group []*Node) {
	rows := map[*Node]*Node{}
	for _, n := range group {
		rows[n.in[0]] = n
	}
	if len(rows) < len(group) {
		return
	}
	for _, c := range j.concats {
		first, end := stretch(c.in, rows)
		inside, before := end-first == len(group), first == 0
		if end-first < 2 || !inside && !before && end < len(c.in) {
			continue
		}
		var others, shared []*Node
		for _, n := range group {
			if !slices.Contains(c.in[first:end], n.in[0]) {
				others = append(others, n)
			}
		}
		for _, x := range c.in[first:end] {
			shared = append(shared, rows[x])
		}
		if before {
			copy(group, slices.Concat(others, shared))
		} else {
			copy(group, slices.Concat(shared, others))
		}
		return
	}
}

// stretch is where all nodes lie side by side that are keys, each once; else it is
// empty.
func stretch(nodes []*Node, keys map[*Node]*Node) (first, end int) {
	met := map[*Node]bool{}
	for i, x := range nodes {
		if keys[x] == nil {
			continue
		}
		if met[x] || len(met) > 0 && i != end {
			return 0, 0
		}
		if len(met) == 0 {
			first = i
		}
		met[x], end = true, i+1
	}
	return first, end
}
