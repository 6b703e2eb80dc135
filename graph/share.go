package graph

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/tensor"
)

// share gives equal computations one node: value numbering.
func share(p *program) {
	first := map[string]*Node{}
	p.rewrite(func(n *Node, in []*Node) *Node {
		n = p.keep(n, in)
		key := shareKey(n)
		if m := first[key]; m != nil {
			return m
		}
		first[key] = n
		return n
	})
}

func shareKey(n *Node) string { return shareKeyOf(n.op, n.shape, n.attr, n.in) }

// shareKeyOf writes down what a value is computed from.
func shareKeyOf(op Op, shape tensor.Shape, attr any, in []*Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v", op, []int(shape))
	switch a := attr.(type) {
	case nil:
	case variableAttr:
		fmt.Fprintf(&b, " %p", a.variable)
	case constantAttr:
		if len(a.value.Data) > 16 {
			fmt.Fprintf(&b, " %p", a.value)
		} else {
			// Hexadecimal floats: distinguishes −0 from 0 and keeps NaN apart from numbers.
			fmt.Fprintf(&b, " %x", a.value.Data)
		}
	default:
		fmt.Fprintf(&b, " %+v", a)
	}
	for _, x := range in {
		fmt.Fprintf(&b, " %d", x.id)
	}
	return b.String()
}
