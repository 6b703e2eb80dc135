package onnxrun

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// call is one use of an operator while a program is traced: what its function in
// the table sees. It notes which attributes were looked at: one that nobody reads
// would change the meaning silently.
//
// A function checks its inputs and attributes and gives its outputs in one of
// these ways:
//
//   - result, from nodes of package graph: where everything is float32;
//   - compute, by a function on arrays, for shapes known beforehand;
//   - discover, where the elements decide the shapes;
//   - move and view, where elements only change places.
type call struct {
	*node
	trace *trace
	in    []*value // nil: left out
	out   []*value
	read  map[string]bool
	graph *graph.Graph // where this call's nodes go, once it has some
	lists int          // bytes of lists of places
}

// refusal is what the functions of the table panic with; apply returns it.
type refusal struct{ error }

func (c *call) refuse(format string, args ...any) { panic(refusal{fmt.Errorf(format, args...)}) }

// check refuses with an error, if there is one.
func (c *call) check(err error) {
	if err != nil {
		panic(refusal{err})
	}
}

// apply runs the operator's function. A misuse that package graph finds is a
// refusal too; any other panic is a defect of this package, which must not reach
// the caller of a stranger's model either.
func (c *call) apply() (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			err = r.error
		case *graph.BuildError:
			err = errors.New(r.Reason)
			if r.Shapes != "" {
				err = fmt.Errorf("%s (shapes %s)", r.Reason, r.Shapes)
			}
		default:
			err = fmt.Errorf("it fails: %v", r)
		}
	}()
	for _, v := range c.in {
		if v != nil && len(v.shape) > maxRank {
			c.refuse("an input has %d axes; at most %d are supported", len(v.shape), maxRank)
		}
	}
	c.node.build(c)
	c.checkAllRead()
	if c.static(c.all()) {
		c.trace.budget.memory -= c.lists // nobody keeps them
	}
	return nil
}

// arity refuses another number of inputs than low to high, and a missing one
// among the first low.
func (c *call) arity(low, high int) {
	if n := len(c.in); n < low || n > high {
		c.refuse("it has %d inputs; want %d to %d", n, low, high)
	}
	for i := range low {
		if c.in[i] == nil {
			c.refuse("input[%d] is missing", i)
		}
	}
}

// has reports whether an optional input is there.
func (c *call) has(i int) bool { return i >= 0 && i < len(c.in) && c.in[i] != nil }

// wants reports whether the node's output i is named.
func (c *call) wants(i int) bool { return i < len(c.outputs) && c.outputs[i] != "" }

func (c *call) shape(i int) tensor.Shape { return c.in[i].shape }
func (c *call) rank(i int) int           { return len(c.in[i].shape) }
func (c *call) typ(i int) Type           { return c.in[i].typ }

// types refuses an input of another type.
func (c *call) types(i int, allowed ...Type) {
	if c.has(i) && !slices.Contains(allowed, c.typ(i)) {
		c.refuse("input[%d] is %v; want one of %v", i, c.typ(i), allowed)
	}
}

// alike refuses inputs of different types; all inputs where none is named.
func (c *call) alike(inputs ...int) {
	if len(inputs) == 0 {
		inputs = c.all()
	}
	for _, i := range inputs {
		if c.has(i) && c.typ(i) != c.typ(inputs[0]) {
			c.refuse("input[%d] is %v and input[%d] is %v; they must agree", inputs[0], c.typ(inputs[0]), i, c.typ(i))
		}
	}
}

func (c *call) all() []int {
	list := make([]int, len(c.in))
	for i := range list {
		list[i] = i
	}
	return list
}

// inGraph reports whether the inputs can be nodes: float32 (or, where it is said,
// bool) and not empty.
func (c *call) inGraph(typ Type, inputs ...int) bool {
	for _, i := range inputs {
		if c.has(i) && (c.typ(i) != typ || !c.in[i].graphable()) {
			return false
		}
	}
	return true
}

// floats refuses inputs that are not float32 with elements.
func (c *call) floats(inputs ...int) {
	for _, i := range inputs {
		if c.has(i) && !c.inGraph(Float32, i) {
			c.refuse("input[%d] is %v%v; only float32 with elements is supported", i, c.typ(i), []int(c.shape(i)))
		}
	}
}

// tensor returns input i as a node.
func (c *call) tensor(i int) *graph.Node {
	if !c.in[i].graphable() {
		c.refuse("input[%d] is %v%v; want float32 with elements", i, c.typ(i), []int(c.shape(i)))
	}
	return c.trace.asNode(c.home(), c.in[i])
}

// home is the graph of the program, or one of this call's own where everything is
// static: then the result is computed at once.
func (c *call) home() *graph.Graph {
	if c.graph == nil {
		c.graph = c.trace.graph
		if c.static(c.all()) {
			c.graph = graph.New("constants")
		}
	}
	return c.graph
}

func (c *call) static(inputs []int) bool {
	for _, i := range inputs {
		if c.has(i) && !c.in[i].static() {
			return false
		}
	}
	return true
}

// give adds an output.
func (c *call) give(v *value) { c.out = append(c.out, v) }

// result gives a float32 output.
func (c *call) result(n *graph.Node) { c.resultAs(n, Float32) }

// resultAs gives an output that is a node: of type Bool where its elements are 0
// and 1.
func (c *call) resultAs(n *graph.Node, typ Type) {
	if c.graph != nil && c.graph != c.trace.graph {
		a, err := c.trace.evaluate(n, typ)
		c.check(err)
		c.give(staticValue(a))
		return
	}
	c.check(c.trace.budget.fits(n.Shape()))
	for _, x := range n.Operands() { // a reduction reads more than it gives
		c.work(swift, x.Shape().Size())
	}
	c.give(&value{typ: typ, shape: n.Shape(), node: n, slot: noSlot})
}

// room refuses a shape that the budget has no room for, before any node of it is
// made.
func (c *call) room(shape []int) []int {
	c.check(c.trace.budget.fits(shape))
	return shape
}

// work counts a product of factors as multiply-adds.
func (c *call) work(factors ...int) { c.check(c.trace.budget.spend(factors...)) }

// pass gives an input as the output.
func (c *call) pass(i int) { c.give(c.in[i]) }

// literal gives a static output.
func (c *call) literal(a *Array) { c.give(staticValue(a)) }

// compute gives an output that f computes of the named inputs, all of it; f gets
// an array for each of them, nil for one that is left out. It runs now, in the
// graph or as a step of its own, as the inputs are static, float32, or neither.
func (c *call) compute(inputs []int, typ Type, shape []int, f func(in []*Array, out *Array)) {
	s := tensor.Shape(slices.Clone(shape))
	n, err := elements(s)
	c.check(err)
	read := c.scratch(inputs, n)
	c.work(slow, n+read)
	t := c.trace
	switch {
	case c.static(inputs):
		c.check(t.budget.array(typ, s))
		c.check(t.atOnce())
		out := NewArray(typ, s...)
		f(c.arrays(inputs), out)
		c.literal(out)
	case typ == Float32 && n > 0 && c.inGraph(Float32, inputs...):
		c.check(t.budget.fits(s))
		c.give(&value{typ: typ, shape: s, node: c.callNode(inputs, s, f), slot: noSlot})
	default:
		c.check(t.budget.array(typ, s))
		c.check(t.atOnce())
		c.arrays(inputs) // may run the graph, and so gives the inputs their slots
		out := NewArray(typ, s...)
		step := &computeStep{in: c.operands(inputs), out: t.slot(out), f: f}
		t.step(step)
		c.give(&value{typ: typ, shape: s, array: out, slot: step.out})
	}
}

// scratch refuses inputs and an output for which there is no room in the widest
// type: functions on arrays may widen them. It returns the elements of the inputs.
func (c *call) scratch(inputs []int, out int) (read int) {
	for _, i := range inputs {
		if c.has(i) {
			read += c.shape(i).Size()
		}
	}
	c.check(c.trace.budget.scratch(8 * (read + out)))
	return read
}

// callNode makes f a node of the program's graph.
func (c *call) callNode(inputs []int, shape tensor.Shape, f func(in []*Array, out *Array)) *graph.Node {
	var nodes []*graph.Node
	arrays := make([]*Array, len(inputs))
	for k, i := range inputs {
		if c.has(i) {
			nodes = append(nodes, c.trace.asNode(c.trace.graph, c.in[i]))
			arrays[k] = &Array{Float32, c.shape(i), nil}
		}
	}
	out := &Array{Float32, shape, nil}
	return c.trace.graph.Call(&graph.Function{Name: c.operator, Run: func(_ *kernel.Pool, to []float32, from [][]float32) {
		at := 0
		for _, a := range arrays {
			if a != nil {
				a.Data = from[at]
				at++
			}
		}
		out.Data = to
		f(arrays, out)
	}}, shape, nodes...)
}

// discover gives outputs whose shapes depend on the elements of the inputs.
func (c *call) discover(inputs []int, f func(in []*Array) []*Array) {
	arrays := c.arrays(inputs)
	c.scratch(inputs, 0)
	t := c.trace
	results := f(arrays)
	for _, a := range results {
		c.check(t.budget.array(a.Type, a.Shape))
	}
	if c.static(inputs) {
		for _, a := range results {
			c.literal(a)
		}
		return
	}
	step := &discoverStep{in: c.operands(inputs), f: f}
	for _, a := range results {
		step.out = append(step.out, t.slot(a))
		c.give(&value{typ: a.Type, shape: a.Shape, array: a, slot: step.out[len(step.out)-1]})
	}
	t.program.steps = append(t.program.steps, step)
}

// move gives an output whose element i is element places[i] of input 0, or zero
// where that is negative.
func (c *call) move(shape []int, places []int32) {
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) {
		gather(out, in[0], places)
	})
}

// places makes the list for move, one entry an element of the shape: of what the
// budget has room for.
func (c *call) places(shape []int) []int32 { return make([]int32, c.listed(shape)) }

// listed counts a list of places, one entry an element of the shape, that is made
// right after, and returns its length.
func (c *call) listed(shape []int) int {
	n, err := elements(shape)
	c.check(err)
	c.check(c.trace.budget.array(Int32, shape))
	c.lists += 4 * n
	return n
}

// view gives input 0 under another shape.
func (c *call) view(shape []int) {
	s := tensor.Shape(slices.Clone(shape))
	v := c.in[0]
	if s.Size() != v.shape.Size() {
		c.refuse("%v does not fill the shape %v", []int(v.shape), shape)
	}
	_, err := elements(s)
	c.check(err)
	switch {
	case v.static():
		c.literal(v.array.reshaped(s))
	case v.graphable():
		c.give(&value{typ: v.typ, shape: s, node: c.trace.asNode(c.trace.graph, v).Reshape(s...), slot: noSlot})
	default:
		c.compute([]int{0}, v.typ, s, func(in []*Array, out *Array) { copyElements(out, in[0]) })
	}
}

func (c *call) operands(inputs []int) []operand {
	list := make([]operand, len(inputs))
	for k, i := range inputs {
		list[k] = noOperand
		if c.has(i) {
			list[k] = operandOf(c.in[i])
		}
	}
	return list
}

func (c *call) arrays(inputs []int) []*Array {
	list := make([]*Array, len(inputs))
	for k, i := range inputs {
		if c.has(i) {
			list[k] = c.trace.asArray(c.in[i])
		}
	}
	return list
}

// constant returns the elements of an input that shapes the program; a guard
// watches them where they are not static.
func (c *call) constant(i int) *Array {
	v := c.in[i]
	a := c.trace.asArray(v)
	if !v.static() {
		t := c.trace
		c.check(t.budget.array(a.Type, a.Shape))
		t.program.steps = append(t.program.steps, &guard{v.slot, a.Clone()})
	}
	return a
}

// ints returns the elements of an integer input that shapes the program; nil
// where it is left out.
func (c *call) ints(i int) []int64 {
	if !c.has(i) {
		return nil
	}
	c.types(i, Int64, Int32)
	if c.rank(i) > 1 {
		c.refuse("input[%d] has %d axes; want a list", i, c.rank(i))
	}
	if n := c.shape(i).Size(); n > 1<<16 {
		c.refuse("input[%d] lists %d integers", i, n)
	}
	return slices.Clone(widen[int64](c.constant(i)))
}

// scalar returns the one element of an input that shapes the program.
func (c *call) scalar(i int) float64 {
	if c.shape(i).Size() != 1 {
		c.refuse("input[%d] has the shape %v; want one element", i, []int(c.shape(i)))
	}
	return widen[float64](c.constant(i))[0]
}

// axis turns a possibly negative axis into an index below rank.
func (c *call) axis(a int64, rank int) int {
	if a < 0 {
		a += int64(rank)
	}
	if a < 0 || a >= int64(rank) {
		c.refuse("there is no axis %d among %d", a, rank)
	}
	return int(a)
}

// axesOf checks a list of axes, each named once.
func (c *call) axesOf(list []int64, rank int) []int {
	var axes []int
	for _, a := range list {
		i := c.axis(a, rank)
		if slices.Contains(axes, i) {
			c.refuse("axis %d is named twice", i)
		}
		axes = append(axes, i)
	}
	return axes
}

// listOrAttribute reads a list of integers that is an input from an opset on and
// was an attribute before.
func (c *call) listOrAttribute(input int, name string, since int) []int64 {
	if c.opset >= since {
		return c.ints(input)
	}
	return attribute(c, name, []int64(nil))
}

// extent refuses an integer of a model that no extent or position could have.
func (c *call) extent(v int64) int {
	if v > maxExtent || v < -maxExtent {
		c.refuse("%d is out of range", v)
	}
	return int(v)
}

func (c *call) extents(list []int64) []int {
	out := make([]int, len(list))
	for i, v := range list {
		out[i] = c.extent(v)
	}
	return out
}
