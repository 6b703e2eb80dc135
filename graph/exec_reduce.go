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

// splitRows is the stretch that one partial sum covers when a single result, or
// a single row of results, is reduced from everything.
const splitRows = 64
const splitElements = 8192

func newReduceRunner(n *Node, pl *plan) runner {
	r := &reduceRunner{to: pl.value(n), from: pl.value(n.in[0])}
	if n.op == OpReduceSum {
		r.row, r.columns = kernel.Sum, kernel.SumColumns
		r.combine = func(a, b float32) float32 { return a + b }
	} else {
		r.row, r.columns = kernel.MaxOf, kernel.MaxColumns
		r.combine = func(a, b float32) float32 { return max(a, b) }
	}
	extents, reduced := collapse(n.in[0].shape, n.attr.(AxesAttr))
	// Bring the axes into the form outer kept, mid reduced, inner kept, tail
	// reduced, with 1 for what is missing.
	dims := [4]int{1, 1, 1, 1}
	at := 0
	for i, d := range extents {
		isReduced := reduced[i]
		for at%2 == 1 != isReduced {
			at++
		}
		if at > 3 {
			return newNestedReduce(n, pl, extents, reduced)
		}
		dims[at] = d
		at++
	}
	r.outer, r.mid, r.inner, r.tail = dims[0], dims[1], dims[2], dims[3]

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
	if len(r.from) < smallWalk {
		for i := range r.parts {
			r.do(r, i)
		}
	} else {
		e.pool.Run(r.parts, r)
	}
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

func newNestedReduce(n *Node, pl *plan, extents []int, reduced []bool) runner {
	var nest nestedReduce
	from := pl.value(n.in[0])
	one := func(from []float32, outer, mid, inner int, to []float32) {
		var shape tensor.Shape = []int{outer, mid, inner}
		g := New("reduction")
		x := g.Input("x", shape...)
		y := g.add(n.op, tensor.Shape{outer, 1, inner}, AxesAttr{2}, x)
		r := newReduceRunner(y, &plan{data: map[*Node][]float32{x: from, y: to}}).(*reduceRunner)
		nest.passes = append(nest.passes, r)
	}
	for i := len(extents) - 1; i >= 0; i-- {
		if !reduced[i] {
			continue
		}
		outer, inner := 1, 1
		for j, d := range extents {
			switch {
			case j < i:
				outer *= d
			case j > i:
				inner *= d
			}
		}
		to := make([]float32, outer*inner)
		if len(to) == n.shape.Size() {
			to = pl.value(n)
		}
		one(from, outer, extents[i], inner, to)
		extents[i] = 1
		from = to
	}
	return &nest
}

func (r *nestedReduce) run(e *Executable, counter uint64) {
	for _, p := range r.passes {
		p.run(e, counter)
	}
}
