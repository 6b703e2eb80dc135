package onnxrun

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
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

func (c *call) static(inputs []int) bool {
	for _, i := range inputs {
		if c.has(i) && !c.in[i].static() {
			return false
		}
	}
	return true
}
