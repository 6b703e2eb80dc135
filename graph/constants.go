package graph

// foldLimit keeps large repeated constants as the recipe that makes them.
const foldLimit = 4096

// foldConstants computes now what depends on constants alone.
func foldConstants(p *program) {
	p.rewrite(func(n *Node, in []*Node) *Node {
		if len(in) == 0 || n.shape.Size() > foldLimit {
			return nil
		}
		for _, x := range in {
			if x.op != OpConstant {
				return nil
			}
		}
		one := &program{graph: p.graph, outputs: []output{{"value", p.keep(n, in)}}}
		exe := one.executable(one.plan(), Options{})
		exe.Run(0)
		return p.graph.Constant(exe.Output("value").Clone())
	})
}

// scalarValue returns the number of a scalar constant.
func scalarValue(n *Node) (float32, bool) {
	if a, ok := n.attr.(constantAttr); ok && len(a.value.Data) == 1 {
		return a.value.Data[0], true
	}
	return 0, false
}
