package graph

import (
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
)

// Node is a value in a graph: the result of one op. But for its name (As) it never
// changes.
type Node struct {
	graph *Graph
	id    int // position in graph.nodes; operands come before
	place int // where it was written; passes hand it on to what they make of a node
	op    Op
	in    []*Node
	shape tensor.Shape
	attr  any // comparable; nil, or the op's attribute type
	name  string
	made  stack
}

// Op returns what the node computes.
func (n *Node) Op() Op { return n.op }

// Operands returns the nodes it computes from. The slice is not to be changed.
func (n *Node) Operands() []*Node { return n.in }

// Shape returns the shape of the value. It is not to be changed.
func (n *Node) Shape() tensor.Shape { return n.shape }

// Attr returns the op's attribute (GemmAttr, ConvAttr, …) or nil.
func (n *Node) Attr() any { return n.attr }

// Graph returns the graph the node belongs to.
func (n *Node) Graph() *Graph { return n.graph }

// Name returns the name given with As, or that of the input or variable.
func (n *Node) Name() string { return n.name }

// As names the node, for errors, dumps and exported models. It returns the node.
func (n *Node) As(name string) *Node {
	n.name = name
	return n
}

// Line returns the file and line that made the node.
func (n *Node) Line() string { return callSite(n.made) }

// Value returns the tensor behind a Constant or Variable node, or nil.
func (n *Node) Value() *tensor.Tensor {
	switch a := n.attr.(type) {
	case constantAttr:
		return a.value
	case variableAttr:
		return a.variable.Value
	}
	return nil
}

// AsVariable returns the variable that a Variable node reads, or nil.
func (n *Node) AsVariable() *Variable {
	if a, ok := n.attr.(variableAttr); ok {
		return a.variable
	}
	return nil
}

func (n *Node) String() string {
	label := n.name
	if label == "" {
		label = fmt.Sprintf("#%d", n.id)
	}
	return fmt.Sprintf("%s %s %v", n.op, label, n.shape)
}

// Attributes of ops, as the exporter and the gradients see them.
type (
	// GemmAttr says which operands of Gemm are transposed.
	GemmAttr struct{ TransA, TransB bool }
	// AlphaAttr is the slope of LeakyRelu for negative values.
	AlphaAttr struct{ Alpha float32 }
	// AxesAttr is the set of reduced axes, axis i as bit i.
	AxesAttr struct{ Axes uint }
	// PermAttr is a permutation of the first Rank axes.
	PermAttr struct {
		Rank int
		Perm [8]int
	}
	// AxisAttr is the axis of a Concat.
	AxisAttr struct{ Axis int }
	// SliceAttr selects [Start, End) along Axis.
	SliceAttr struct{ Axis, Start, End int }
	// RandomAttr names a random stream; Low and High bound a uniform one.
	RandomAttr struct {
		Purpose   string
		Low, High float32
	}
	// EpsilonAttr is added to a variance.
	EpsilonAttr struct{ Epsilon float32 }
	// constantAttr and variableAttr and inputAttr make sources comparable.
	constantAttr struct{ value *tensor.Tensor }
	variableAttr struct{ variable *Variable }
	inputAttr    struct{ name string }
)
