package graph

import "slices"

// joinSums makes one product of a sum of products: the gradients by a matrix
// from real and from generated examples, X₁ᵀ·D₁ + X₂ᵀ·D₂, are [X₁;X₂]ᵀ·[D₁;D₂],
// and the sum happens inside the product instead of over whole matrices.
func joinSums(p *program) {
	uses := map[*Node]int{}
	for _, n := range reach(p.roots()) {
		for _, x := range n.in {
			uses[x]++
		}
	}
	for _, r := range p.roots() {
		uses[r]++
	}
	terms := map[*Node][]pair{} // of the products made here
	p.rewrite(func(n *Node, in []*Node) *Node {
		if n.op != OpAdd || uses[n.in[0]] > 1 || uses[n.in[1]] > 1 || !sameWeightGrad(in[0], in[1]) {
			return nil
		}
		all := slices.Concat(termsOf(in[0], terms), termsOf(in[1], terms))
		slices.SortStableFunc(all, func(a, b pair) int { return a.x.id - b.x.id })
		var xs, ds []*Node
		for _, t := range all {
			xs, ds = append(xs, t.x), append(ds, t.d)
		}
		sum := p.graph.add(in[0].op, in[0].shape, in[0].attr, Concat(0, xs...), Concat(0, ds...))
		sum.made = n.made
		terms[sum] = all
		return sum
	})
}

// pair is the examples x and the adjoints d of one term of a sum.
type pair struct{ x, d *Node }

func termsOf(n *Node, terms map[*Node][]pair) []pair {
	if t := terms[n]; t != nil {
		return t
	}
	return []pair{{n.in[0], n.in[1]}}
}

// sameWeightGrad reports whether both are products that sum over the batch, of
// the same geometry.
func sameWeightGrad(a, b *Node) bool {
	if a.op != b.op || a.attr != b.attr || !a.shape.Equal(b.shape) {
		return false
	}
	switch a.op {
	case OpGemm:
		return a.attr == GemmAttr{TransA: true}
	case OpConvWeightGrad:
		return a.in[0].shape[1:].Equal(b.in[0].shape[1:]) && a.in[1].shape[1:].Equal(b.in[1].shape[1:])
	}
	return false
}
