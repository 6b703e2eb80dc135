// Package operator gives ONNX operators their meaning as nodes of a
// graph.Graph, in one table. The reader of package verify runs whole models
// with it; the writer of package export computes constants with it, so that
// what is folded away is what a reader would have computed.
//
// It covers the operators a generator is made of and their close relatives, in
// the forms of opset 7 to 17. Whatever it does not understand (an operator, an
// attribute, an optional input) is an error, never a guess.
package operator

import (
	"errors"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// MaxElements bounds every value, so that a hostile model cannot ask for more
// than 1 GiB at once. MaxRank is what the graph's kernels walk.
const (
	MaxElements = 1 << 28
	MaxRank     = 8
)

// Value is what flows between operators: a float32 tensor, or integers that are
// known while the graph is built (shapes, axes, bounds). The zero Value is an
// optional input left out.
type Value struct {
	Node *graph.Node
	Ints []int64
}

// Missing reports an optional input left out.
func (v Value) Missing() bool { return v.Node == nil && v.Ints == nil }

// Call is one use of an operator.
type Call struct {
	Operator   string
	Attributes map[string]any // int64, float32, string, []int64, []float32, *tensor.Tensor
	Inputs     []Value
}

// ErrUnknown marks an operator that is not in the table.
var ErrUnknown = errors.New("the operator is not supported")

// Known reports whether Apply has the operator.
func Known(name string) bool { return table[name] != nil }

// Apply adds the nodes of the call to g and returns its one result. Shapes that
// do not fit, attributes out of range and forms that are not understood are
// errors.
func Apply(g *graph.Graph, c Call) (result Value, err error) {
	build := table[c.Operator]
	if build == nil {
		return Value{}, ErrUnknown
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			err = r
		case *graph.BuildError:
			err = errors.New(refusedBy(r))
		default:
			panic(r)
		}
	}()
	use := &use{Call: c, graph: g, read: map[string]bool{}}
	result = build(use)
	use.checkAllRead()
	if result.Node != nil {
		if err := CheckShape(result.Node.Shape()); err != nil {
			return Value{}, err
		}
	}
	return result, nil
}

// refusedBy leaves out the line of a build error, which is one of this package.
func refusedBy(e *graph.BuildError) string {
	if e.Shapes == "" {
		return e.Reason
	}
	return fmt.Sprintf("%s (shapes %s)", e.Reason, e.Shapes)
}

// CheckShape refuses shapes without elements, above MaxElements or MaxRank. It
// does not overflow, whatever the extents.
func CheckShape(shape tensor.Shape) error {
	if len(shape) > MaxRank {
		return fmt.Errorf("%d axes are more than the %d supported", len(shape), MaxRank)
	}
	size := 1
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("the shape %v has an extent below 1", []int(shape))
		}
		if d > MaxElements/size {
			return fmt.Errorf("the shape %v has more than %d elements", []int(shape), MaxElements)
		}
		size *= d
	}
	return nil
}

// refusal is what the functions of the table panic with; Apply returns it.
type refusal struct{ error }

// use is a call while its nodes are built. It notes which attributes were
// looked at: one that nobody reads would change the meaning silently.
type use struct {
	Call
	graph *graph.Graph
	read  map[string]bool
}

func (u *use) refuse(format string, args ...any) {
	panic(refusal{fmt.Errorf(format, args...)})
}

// arity refuses another number of inputs than low to high.
func (u *use) arity(low, high int) {
	if n := len(u.Inputs); n < low || n > high {
		u.refuse("it has %d inputs; want %d to %d", n, low, high)
	}
}

// tensor returns input i, which must be a float tensor.
func (u *use) tensor(i int) *graph.Node {
	if n := u.optional(i); n != nil {
		return n
	}
	u.refuse("input %d is missing", i)
	return nil
}

// optional returns input i, or nil where it is left out.
func (u *use) optional(i int) *graph.Node {
	if i >= len(u.Inputs) || u.Inputs[i].Missing() {
		return nil
	}
	if u.Inputs[i].Node == nil {
		u.refuse("input %d holds integers; want float32", i)
	}
	return u.Inputs[i].Node
}

// ints returns input i, which must be constant integers; nil where left out.
func (u *use) ints(i int) []int64 {
	if i >= len(u.Inputs) || u.Inputs[i].Missing() {
		return nil
	}
	if u.Inputs[i].Ints == nil {
		u.refuse("input %d holds float32; want constant integers", i)
	}
	return u.Inputs[i].Ints
}

// maxInt bounds every integer taken from a model: sums and products of two of
// them, and of one with MaxElements, stay within 64 bits.
const maxInt = math.MaxInt32

// extents turns integers of a model into ints of a sane size.
func (u *use) extents(list []int64) []int {
	out := make([]int, len(list))
	for i, v := range list {
		if v > maxInt || v < -maxInt {
			u.refuse("%d is out of range", v)
		}
		out[i] = int(v)
	}
	return out
}

// axis turns a possibly negative axis into an index below rank.
func (u *use) axis(a int64, rank int) int {
	if a < 0 {
		a += int64(rank)
	}
	if a < 0 || a >= int64(rank) {
		u.refuse("there is no axis %d among %d", a, rank)
	}
	return int(a)
}

// shape refuses a target shape that CheckShape refuses, before the graph
// multiplies its extents.
func (u *use) shape(s []int) []int {
	if err := CheckShape(s); err != nil {
		u.refuse("%w", err)
	}
	return s
}

func of(n *graph.Node) Value { return Value{Node: n} }
