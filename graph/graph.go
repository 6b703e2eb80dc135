package graph

import (
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
)

// Variable is a tensor that outlives a run: a weight, an optimiser's moment, a
// running statistic, a counter. Any number of graphs may read and assign it;
// executables that share variables must not run at the same time.
type Variable struct {
	Name      string // unique in a model: "generator.0.weight"
	Value     *tensor.Tensor
	Trainable bool
}

// NewVariable returns a variable of zeros.
func NewVariable(name string, trainable bool, shape ...int) *Variable {
	return &Variable{Name: name, Value: tensor.New(shape...), Trainable: trainable}
}

// Graph is a set of nodes under construction, with its named outputs and its
// assignments.
type Graph struct {
	name        string
	nodes       []*Node
	inputs      map[string]*Node
	variables   map[*Variable]*Node
	outputs     []output
	assignments []assignment
	rewriting   bool // nodes are made by passes, not by the user
}

type output struct {
	name string
	node *Node
}

type assignment struct {
	variable *Variable
	node     *Node
}

// New returns an empty graph. The name appears in errors and dumps.
func New(name string) *Graph {
	return &Graph{name: name, inputs: map[string]*Node{}, variables: map[*Variable]*Node{}}
}

// Name returns the name given to New.
func (g *Graph) Name() string { return g.name }

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

// add appends a node. Operands must be of the same graph.
func (g *Graph) add(op Op, shape tensor.Shape, attr any, in ...*Node) *Node {
	for _, x := range in {
		if x == nil {
			g.fail(op, nil, "an operand is nil")
		}
		if x.graph != g {
			g.fail(op, in, "operand %v belongs to graph %q", x, x.graph.name)
		}
	}
	n := &Node{graph: g, id: len(g.nodes), op: op, in: in, shape: shape, attr: attr, made: callers()}
	n.place = n.id
	if g.rewriting {
		n.place = 0
		for _, x := range in {
			n.place = max(n.place, x.place)
		}
	}
	g.nodes = append(g.nodes, n)
	return n
}

// checkShape refuses extents below one: an empty tensor in a training step is
// always a mistake.
func (g *Graph) checkShape(op Op, shape tensor.Shape, in ...*Node) {
	for _, d := range shape {
		if d < 1 {
			g.fail(op, in, "shape %v has an extent below 1", shape)
		}
	}
}

// Input declares a value that the caller fills in before a run (Executable.Input). Names
// are given once.
func (g *Graph) Input(name string, shape ...int) *Node {
	s := tensor.Shape(shape).Clone()
	g.checkShape(OpInput, s)
	if _, dup := g.inputs[name]; dup {
		g.fail(OpInput, nil, "there is an input %q already", name)
	}
	n := g.add(OpInput, s, inputAttr{name}).As(name)
	g.inputs[name] = n
	return n
}

// Constant makes a node of a fixed value, which must not change afterwards.
func (g *Graph) Constant(t *tensor.Tensor) *Node {
	return g.add(OpConstant, t.Shape.Clone(), constantAttr{t})
}

// Scalar makes a constant without axes.
func (g *Graph) Scalar(v float64) *Node {
	return g.Constant(tensor.Of([]float32{float32(v)}))
}

// Variable makes the node that reads v: its value before the run's assignments.
func (g *Graph) Variable(v *Variable) *Node {
	if n := g.variables[v]; n != nil {
		return n
	}
	n := g.add(OpVariable, v.Value.Shape.Clone(), variableAttr{v}).As(v.Name)
	g.variables[v] = n
	return n
}

// Assign stores value, of v's shape, into v when a run ends: all readers in the graph see
// the value from before. A variable may be assigned once in a graph.
func (g *Graph) Assign(v *Variable, value *Node) {
	if !value.shape.Equal(v.Value.Shape) {
		g.fail(value.op, []*Node{value}, "cannot assign to variable %s of shape %v", v.Name, v.Value.Shape)
	}
	for _, a := range g.assignments {
		if a.variable == v {
			g.fail(value.op, []*Node{value}, "variable %s is assigned already", v.Name)
		}
	}
	g.assignments = append(g.assignments, assignment{v, value})
}

// Output names a value to be read after a run (Executable.Output). Names are given once.
func (g *Graph) Output(name string, n *Node) {
	for _, o := range g.outputs {
		if o.name == name {
			g.fail(n.op, []*Node{n}, "there is an output %q already", name)
		}
	}
	g.outputs = append(g.outputs, output{name, n})
}

// Nodes returns the nodes that the outputs and assignments need, operands
// before their users.
func (g *Graph) Nodes() []*Node { return reach(rootsOf(g.outputs, g.assignments)) }

func rootsOf(outputs []output, assignments []assignment) []*Node {
	var roots []*Node
	for _, o := range outputs {
		roots = append(roots, o.node)
	}
	for _, a := range assignments {
		roots = append(roots, a.node)
	}
	return roots
}

// Outputs returns the named outputs in the order they were declared.
func (g *Graph) Outputs() (names []string, nodes []*Node) {
	for _, o := range g.outputs {
		names, nodes = append(names, o.name), append(nodes, o.node)
	}
	return names, nodes
}

// reach lists what the roots need, operands before their users, in an order
// that depends only on the graph.
func reach(roots []*Node) []*Node {
	seen := map[*Node]bool{}
	var order []*Node
	var visit func(*Node)
	visit = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, x := range n.in {
			visit(x)
		}
		order = append(order, n)
	}
	for _, r := range roots {
		visit(r)
	}
	return order
}
