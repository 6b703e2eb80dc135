package onnxrun

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

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

// room refuses a shape that the budget has no room for, before any node of it is
// made.
func (c *call) room(shape []int) []int {
	c.check(c.trace.budget.fits(shape))
	return shape
}

// work counts a product of factors as multiply-adds.
func (c *call) work(factors ...int) { c.check(c.trace.budget.spend(factors...)) }

// checkElements refuses a shape that the budget has no room for.
func (c *call) checkElements(shape []int) {
	_, err := elements(shape)
	c.check(err)
	if !slices.Contains(shape, 0) {
		c.room(shape)
	}
}
