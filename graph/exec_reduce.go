package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// reduceRunner sums (or takes the largest) along axes. Neighbouring axes of one
// fate are taken as one, which leaves kept and reduced axes in turn. The order
// of the sums depends on the shape alone, never on threads.
type reduceRunner struct {
	to, from []float32
	row      func(a []float32) float32              // of a stretch of memory
	columns  func(dst, a []float32, rows, cols int) // of a matrix, down its columns
	combine  func(a, b float32) float32
	outer    int // kept
	mid      int // reduced
	inner    int // kept
	tail     int // reduced, contiguous
	parts    int
	partial  []float32 // for results too few to keep the threads busy
	split    int       // elements of a partial result
	do       func(r *reduceRunner, i int)
}

// splitRows and splitElements are the stretch that one partial sum covers when a
// single row of results, or a single result, is reduced from everything.
const (
	splitRows     = 64
	splitElements = 8192
)

func newReduceRunner(n *Node, pl *plan) runner {
	to, from := pl.value(n), pl.value(n.in[0])
	extents, reduced := collapse(n.in[0].shape, n.attr.(AxesAttr))
	if turns, ok := inTurn(extents, reduced); ok {
		return newReduction(n.op, to, from, turns)
	}
	return newNestedReduce(n.op, to, from, extents, reduced)
}

// turns are the extents of axes in the form outer kept, mid reduced, inner kept, tail
// reduced, with 1 for what is missing.
type turns [4]int

// inTurn brings collapsed axes into that form, if they have it.
func inTurn(extents []int, reduced []bool) (t turns, ok bool) {
	t = turns{1, 1, 1, 1}
	at := 0
	for i, d := range extents {
		if at%2 == 1 != reduced[i] {
			at++
		}
		if at >= len(t) {
			return t, false
		}
		t[at] = d
		at++
	}
	return t, true
}

// newReduction chooses how to reduce, by the form alone.
func newReduction(op Op, to, from []float32, t turns) *reduceRunner {
	r := &reduceRunner{to: to, from: from, outer: t[0], mid: t[1], inner: t[2], tail: t[3]}
	if op == OpReduceSum {
		r.row, r.columns = kernel.Sum, kernel.SumColumns
		r.combine = func(a, b float32) float32 { return a + b }
	} else {
		r.row, r.columns = kernel.MaxOf, kernel.MaxColumns
		r.combine = func(a, b float32) float32 { return max(a, b) }
	}
	switch {
	case r.tail == 1 && r.outer == 1 && r.inner == 1: // everything to one number
		r.split = splitElements
		r.parts = (r.mid + r.split - 1) / r.split
		r.partial = make([]float32, r.parts)
		r.do = (*reduceRunner).stretch
	case r.tail == 1 && r.inner == 1: // rows
		r.tail, r.mid = r.mid, 1
		fallthrough
	case r.tail > 1: // stretches of memory, mid of them to a result
		r.parts = r.outer * r.inner
		r.do = (*reduceRunner).stretches
	case r.outer == 1: // columns of one matrix
		r.split = splitRows
		r.parts = (r.mid + r.split - 1) / r.split
		r.partial = make([]float32, r.parts*r.inner)
		r.do = (*reduceRunner).columnBlock
	default: // columns of many matrices
		r.parts = r.outer
		r.do = (*reduceRunner).columnsOf
	}
	return r
}

// Do computes part i.
func (r *reduceRunner) Do(i int) { r.do(r, i) }

func (r *reduceRunner) run(e *Executable, _ uint64) {
	e.divide(r.parts, len(r.from), r)
	switch {
	case r.partial == nil:
	case r.inner == 1:
		r.to[0] = r.row(r.partial)
	default:
		r.columns(r.to, r.partial, r.parts, r.inner)
	}
}

func (r *reduceRunner) stretch(i int) {
	r.partial[i] = r.row(r.from[i*r.split : min((i+1)*r.split, r.mid)])
}

func (r *reduceRunner) stretches(i int) {
	o, k := i/r.inner, i%r.inner
	var total float32
	for m := range r.mid {
		start := ((o*r.mid+m)*r.inner + k) * r.tail
		part := r.row(r.from[start : start+r.tail])
		if m == 0 {
			total = part
		} else {
			total = r.combine(total, part)
		}
	}
	r.to[i] = total
}

func (r *reduceRunner) columnBlock(i int) {
	first, last := i*r.split, min((i+1)*r.split, r.mid)
	r.columns(r.partial[i*r.inner:(i+1)*r.inner], r.from[first*r.inner:last*r.inner], last-first, r.inner)
}

func (r *reduceRunner) columnsOf(i int) {
	size := r.mid * r.inner
	r.columns(r.to[i*r.inner:(i+1)*r.inner], r.from[i*size:(i+1)*size], r.mid, r.inner)
}

// collapse merges neighbouring axes that are both kept or both reduced, and
// drops those of extent 1.
func collapse(shape tensor.Shape, axes AxesAttr) (extents []int, reduced []bool) {
	for i, d := range shape {
		if d == 1 {
			continue
		}
		last := len(extents) - 1
		if last >= 0 && reduced[last] == axes.Has(i) {
			extents[last] *= d
			continue
		}
		extents, reduced = append(extents, d), append(reduced, axes.Has(i))
	}
	return extents, reduced
}

// nestedReduce takes patterns with more turns, one axis after the other from
// the innermost on.
type nestedReduce struct{ passes []*reduceRunner }

func newNestedReduce(op Op, to, from []float32, extents []int, reduced []bool) *nestedReduce {
	var nest nestedReduce
	for i := len(extents) - 1; i >= 0; i-- {
		if !reduced[i] {
			continue
		}
		outer, inner := tensor.Shape(extents[:i]).Size(), tensor.Shape(extents[i+1:]).Size()
		result := to
		if outer*inner > len(to) { // more is to be reduced
			result = make([]float32, outer*inner)
		}
		nest.passes = append(nest.passes, newReduction(op, result, from, turns{outer, extents[i], inner, 1}))
		extents[i] = 1
		from = result
	}
	return &nest
}

func (r *nestedReduce) run(e *Executable, counter uint64) {
	for _, p := range r.passes {
		p.run(e, counter)
	}
}
