package export

import (
	"fmt"
	"strings"
)

// nameAll gives nodes and initialisers the names that a viewer shows. A node
// with weights is called after them ("generator.0" for the one that reads
// "generator.0.weight"), those after it are "generator.0.relu" and so on (after an
// input, "z.concat"), unless the graph names them. A node's result has the node's name.
func nameAll(m *model) error {
	taken := map[string]bool{}
	for _, v := range m.inputs {
		taken[v.name] = true
	}
	finals := map[*value]string{}
	for _, o := range m.outputs {
		if taken[o.name] {
			return fmt.Errorf("%s is both an input and an output", o.name)
		}
		taken[o.name], finals[o.value] = true, o.name
	}
	bases := map[*node]string{}
	for _, n := range m.nodes {
		base, name := n.stem(bases)
		bases[n] = base
		n.name = unique(taken, name)
		n.out.name = n.name
		if final, ok := finals[n.out]; ok {
			n.out.name = final
		}
	}
	named := map[*value]bool{}
	for _, n := range m.nodes {
		for i, v := range n.in {
			if v.constant() && !named[v] {
				named[v] = true
				if v.name == "" {
					v.name = n.name + "." + n.role(i)
				}
				v.name = unique(taken, v.name)
			}
		}
	}
	return nil
}

// stem proposes a name for the node, and the base from which its followers
// make theirs.
func (n *node) stem(bases map[*node]string) (base, name string) {
	if contracts := n.op == "Gemm" || n.op == "Conv" || n.op == "ConvTranspose"; contracts {
		if dot := strings.LastIndex(n.in[1].name, "."); dot > 0 {
			base = n.in[1].name[:dot]
			name = base
		}
	} else {
		for _, v := range n.in {
			switch {
			case base != "" || v.constant():
			case v.maker != nil:
				base = bases[v.maker]
			default:
				base = v.name
			}
		}
	}
	if n.source != nil && n.source.Name() != "" {
		return base, n.source.Name()
	}
	if name == "" {
		name = strings.TrimPrefix(base+"."+strings.ToLower(n.op), ".")
	}
	return base, name
}

// role says what operand i is to the node.
func (n *node) role(i int) string {
	if n.in[i].ints != nil {
		switch n.op {
		case "Reshape", "Expand":
			return "shape"
		case "Slice":
			return []string{"data", "starts", "ends", "axes", "steps"}[i]
		}
	}
	switch n.op {
	case "Gemm", "Conv", "ConvTranspose":
		return []string{"input", "weight", "bias"}[i]
	}
	return "constant"
}

// unique takes the name, with a number behind it where it is taken already.
func unique(taken map[string]bool, name string) string {
	free := name
	for i := 2; taken[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	taken[free] = true
	return free
}
