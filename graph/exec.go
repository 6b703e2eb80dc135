package graph

import (
	"strings"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// step is one unit made ready to run.
type step struct {
	runner
	op   string // for the profile: the op, or the fused ops
	macs int64  // multiply-adds
}

// runner does the work of a step. The random streams depend on the counter.
type runner interface {
	run(e *Executable, counter uint64)
}

// newStep binds a unit to the code that computes it.
func newStep(u *unit, pl *plan, threads int) step {
	n := u.nodes[0]
	s := step{op: n.op.String(), macs: u.macs()}
	switch {
	case u.product != nil:
		s.op = fusedName(u)
		s.runner = newTakenProduct(u, pl, threads)
	case u.fused():
		s.op = fusedName(u)
		s.runner = newWalk(u, pl, threads)
	default:
		s.runner = newRunner(n, pl)
	}
	return s
}

// newRunner binds an op that is not element-wise.
func newRunner(n *Node, pl *plan) runner {
	switch n.op {
	case OpGemm:
		return newGemmRunner(n, pl)
	case OpConv, OpConvTranspose, OpConvWeightGrad:
		return newConvRunner(n, pl)
	case OpReduceSum, OpReduceMax:
		return newReduceRunner(n, pl)
	case OpRandomUniform, OpRandomNormal:
		return &randomRunner{to: pl.value(n), attr: n.attr.(RandomAttr), normal: n.op == OpRandomNormal}
	case OpTranspose:
		return newTransposeRunner(n, pl)
	case OpConcat:
		return newConcatRunner(n, pl)
	case OpSlice:
		return newSliceRunner(n, pl)
	case OpCall:
		return newCallRunner(n, pl)
	}
	panic("graph: no code for " + n.String())
}

// fusedName lists the ops of a walk, and of the product that it takes, each once.
func fusedName(u *unit) string {
	var names []string
	seen := map[Op]bool{}
	for _, n := range u.members() {
		if !seen[n.op] {
			seen[n.op] = true
			names = append(names, n.op.String())
		}
	}
	return strings.Join(names, "+")
}

// divide runs a task of n parts over an operand of size elements: on all threads where
// it is large enough.
func (e *Executable) divide(n, size int, t kernel.Task) {
	if size >= smallWalk {
		e.pool.Run(n, t)
		return
	}
	for i := range n {
		t.Do(i)
	}
}
