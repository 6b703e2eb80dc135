package graph

import (
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
