package onnxrun

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/ganzoo/ganzoo/graph"
)

// trace runs a model for the first time with inputs of certain shapes and writes
// down the program for them.
type trace struct {
	model   *Model
	program *program
	budget  *budget
	env     map[string]*value
	at      int             // index of the node
	counted int             // of the budget's work, what is put down as done at once or as not
	pending map[string]bool // names of values that may be nodes of the graph

	graph     *graph.Graph
	feeds     []feed
	feedNodes map[int]*graph.Node    // by slot
	constants map[*Array]*graph.Node // static arrays in the graph

	notes func(n *node, outputs []*value) // told of each node's results; may be nil
}

func newTrace(m *Model, b *budget) *trace {
	t := &trace{model: m, program: &program{}, budget: b, env: map[string]*value{}, pending: map[string]bool{}}
	t.newGraph()
	for name, a := range m.constants {
		t.env[name] = staticValue(a)
	}
	return t
}

func (t *trace) newGraph() {
	t.graph = graph.New("onnx")
	t.feeds = nil
	t.feedNodes = map[int]*graph.Node{}
	t.constants = map[*Array]*graph.Node{}
}

// slot makes a place for an array known only at a run.
func (t *trace) slot(a *Array) int {
	t.program.slots = append(t.program.slots, a)
	return len(t.program.slots) - 1
}

// run traces the model on inputs that fit their ports.
func (t *trace) run(inputs []*Array) error {
	for i, p := range t.model.inputs {
		if err := t.budget.array(p.Type, inputs[i].Shape); err != nil {
			return fmt.Errorf("input %q: %w", p.Name, err)
		}
		v := &value{typ: p.Type, shape: inputs[i].Shape, array: inputs[i], slot: t.slot(inputs[i])}
		t.env[p.Name] = v
		t.program.inputs = append(t.program.inputs, v.slot)
	}
	for i, n := range t.model.nodes {
		if !n.needed {
			continue
		}
		t.at = i
		if err := t.node(n); err != nil {
			return fmt.Errorf("%s: %w", n.label(), err)
		}
	}
	t.at = len(t.model.nodes)
	for _, p := range t.model.outputs {
		v := t.env[p.Name]
		err := p.agrees(v.typ, v.shape)
		if err == nil {
			err = t.budget.array(v.typ, v.shape) // the caller gets a copy
		}
		if err != nil {
			return fmt.Errorf("output %q: %w", p.Name, err)
		}
		t.program.outputs = append(t.program.outputs, v)
	}
	return t.flush()
}

// node lets the operator's function give the node's outputs.
func (t *trace) node(n *node) (err error) {
	t.counted = t.budget.work
	c := &call{node: n, trace: t, read: map[string]bool{}}
	for _, name := range n.inputs {
		c.in = append(c.in, t.env[name]) // nil for ""
	}
	if err := c.apply(); err != nil {
		return err
	}
	for i, name := range n.outputs {
		if name == "" {
			continue
		}
		if i >= len(c.out) || c.out[i] == nil {
			if _, used := t.model.lastUse[name]; used {
				return fmt.Errorf("its output[%d] is not supported", i)
			}
			continue
		}
		t.env[name] = c.out[i]
		if c.out[i].node != nil {
			t.pending[name] = true
		}
	}
	for _, name := range n.inputs {
		if t.model.lastUse[name] <= t.at {
			delete(t.env, name)
		}
	}
	if t.notes != nil {
		t.notes(n, c.out)
	}
	return nil
}

// asNode brings a value into the graph being built.
func (t *trace) asNode(g *graph.Graph, v *value) *graph.Node {
	switch {
	case v.node != nil:
		return v.node
	case v.static() && g != t.graph:
		return g.Constant(v.array.Tensor())
	case v.static():
		n := t.constants[v.array]
		if n == nil {
			n = g.Constant(v.array.Tensor())
			t.constants[v.array] = n
		}
		return n
	}
	n := t.feedNodes[v.slot]
	if n == nil {
		f := feed{v.slot, strconv.Itoa(v.slot)}
		n = t.graph.Input(f.name, v.shape...)
		t.feeds, t.feedNodes[v.slot] = append(t.feeds, f), n
	}
	return n
}

// asArray gives a value's elements, for which the graph so far may have to run.
func (t *trace) asArray(v *value) *Array {
	if v.node != nil {
		if err := t.flush(); err != nil {
			panic(refusal{err})
		}
	}
	return v.array
}

// flush compiles the graph so far with whatever is still to be read as its
// outputs, runs it, and begins a new one.
func (t *trace) flush() error {
	var live []*value
	for _, name := range t.liveNames() {
		if v := t.env[name]; v.node != nil && !slices.Contains(live, v) {
			live = append(live, v)
		}
	}
	if len(live) == 0 {
		return nil
	}
	s := &graphStep{}
	for i, v := range live {
		t.graph.Output(strconv.Itoa(i), v.node)
	}
	var err error
	if s.exe, err = t.compile(t.graph); err != nil {
		return err
	}
	for _, f := range t.feeds {
		if s.exe.HasInput(f.name) {
			s.feeds = append(s.feeds, f)
		}
	}
	for i, v := range live {
		if err := t.budget.array(v.typ, v.shape); err != nil {
			return err
		}
		v.array, v.node = NewArray(v.typ, v.shape...), nil
		v.slot = t.slot(v.array)
		s.results = append(s.results, feed{v.slot, strconv.Itoa(i)})
	}
	t.program.macs += s.exe.MACs()
	t.step(s)
	// What was not live is never asked for again, and must not keep its graph.
	t.newGraph()
	return nil
}

// liveNames lists those of the graph's values that this node or a later one
// reads, sorted.
func (t *trace) liveNames() []string {
	var names []string
	for name := range t.pending {
		if t.env[name] != nil && t.model.lastUse[name] >= t.at {
			names = append(names, name)
		}
	}
	clear(t.pending)
	slices.Sort(names)
	return names
}

// compile compiles a graph within the budget and counts what it takes.
func (t *trace) compile(g *graph.Graph) (*graph.Executable, error) {
	exe, err := g.Compile(graph.Options{Pool: t.model.options.Pool, Quick: true, MaxBytes: max(t.budget.maxMemory-t.budget.memory, 1)})
	if size := (*graph.SizeError)(nil); errors.As(err, &size) {
		return nil, &memoryError{size.Need, size.Limit}
	}
	if err != nil {
		return nil, err
	}
	t.budget.memory += exe.Bytes()
	return exe, nil
}

// step adds a step to the program and does it.
func (t *trace) step(s programStep) {
	t.program.steps = append(t.program.steps, s)
	s.run(t.program)
}

// atOnce puts down what the node at hand has spent as work that is done now.
func (t *trace) atOnce() error {
	work := t.budget.work - t.counted
	t.counted = t.budget.work
	return t.budget.doAtOnce(work)
}

// evaluate computes a node of a graph of constants.
func (t *trace) evaluate(n *graph.Node, typ Type) (*Array, error) {
	if err := t.budget.array(typ, n.Shape()); err != nil {
		return nil, err
	}
	if err := t.atOnce(); err != nil {
		return nil, err
	}
	if v := n.Value(); v != nil && typ == Float32 {
		return FromTensor(v), nil
	}
	before := t.budget.memory
	g := n.Graph()
	g.Output("value", n)
	exe, err := t.compile(g)
	if err != nil {
		return nil, err
	}
	exe.Run(0)
	t.budget.memory = before // what the graph took is free again
	a := FromTensor(exe.Output("value").Clone())
	if typ == Bool {
		a = cast(a, Bool)
	}
	return a, nil
}
