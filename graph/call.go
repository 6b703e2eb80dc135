package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Function is code of the caller's, made a node with Call: what a foreign model
// asks for and this package has no op for. Two calls of one Function on the same
// operands are one computation.
type Function struct {
	Name string
	// Run writes the result to to, all of it, from the values of the operands;
	// both row-major. It may split its work over the pool, which may be nil.
	Run func(pool *kernel.Pool, to []float32, from [][]float32)
}

// callAttr makes a function comparable.
type callAttr struct{ function *Function }

// Call returns a value of the given shape that f computes. It has no derivative.
func (g *Graph) Call(f *Function, shape []int, operands ...*Node) *Node {
	s := tensor.Shape(shape).Clone()
	g.checkShape(OpCall, s, operands...)
	return g.add(OpCall, s, callAttr{f}, operands...)
}

// callGradient refuses: a missing share would pass for a derivative of zero.
func callGradient(n, _ *Node, _ func(int) bool) []*Node {
	n.graph.fail(OpCall, n.in, "%s has no derivative", n.attr.(callAttr).function.Name)
	return nil
}

type callRunner struct {
	function *Function
	to       []float32
	from     [][]float32
}

func newCallRunner(n *Node, pl *plan) runner {
	r := &callRunner{function: n.attr.(callAttr).function, to: pl.value(n)}
	for _, x := range n.in {
		r.from = append(r.from, pl.value(x))
	}
	return r
}

func (r *callRunner) run(e *Executable, _ uint64) { r.function.Run(e.pool, r.to, r.from) }
