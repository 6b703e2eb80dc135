package graph

import (
	"fmt"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

// DOT writes what the outputs and assignments need as a Graphviz drawing:
// values flow down the arrows, each node shows its op, name and shape.
func (g *Graph) DOT() ([]byte, error) {
	d := multi.NewDirectedGraph()
	for _, n := range g.Nodes() {
		d.AddNode(dotNode{n})
		for _, x := range n.in {
			d.SetLine(d.NewLine(dotNode{x}, dotNode{n}))
		}
	}
	end := int64(len(g.nodes))
	result := func(label string, n *Node) {
		r := dotResult{end, label}
		end++
		d.AddNode(r)
		d.SetLine(d.NewLine(dotNode{n}, r))
	}
	for _, o := range g.outputs {
		result("output "+o.name, o.node)
	}
	for _, a := range g.assignments {
		result("assign "+a.variable.Name, a.node)
	}
	return dot.MarshalMulti(d, fmt.Sprintf("%q", g.name), "", "\t")
}

type dotNode struct{ *Node }

func (n dotNode) ID() int64 { return int64(n.id) }

func (n dotNode) Attributes() []encoding.Attribute {
	shape := "ellipse"
	if n.op < OpNeg {
		shape = "box"
	}
	return []encoding.Attribute{{Key: "label", Value: fmt.Sprintf("%q", n.Node.String())}, {Key: "shape", Value: shape}}
}

type dotResult struct {
	id    int64
	label string
}

func (r dotResult) ID() int64 { return r.id }

func (r dotResult) Attributes() []encoding.Attribute {
	return []encoding.Attribute{{Key: "label", Value: fmt.Sprintf("%q", r.label)}, {Key: "shape", Value: "house"}}
}
