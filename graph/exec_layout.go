package graph

import "github.com/ganzoo/ganzoo/tensor"

// transposeRunner walks the result in order and its operand by strides.
type transposeRunner struct {
	to, from []float32
	extents  []int // of the result, outermost first
	strides  []int // of the operand, for the axes of the result
	parts    int   // slices along the first axis
}

func newTransposeRunner(n *Node, pl *plan) runner {
	strides := n.in[0].shape.Strides()
	r := &transposeRunner{to: pl.value(n), from: pl.value(n.in[0]), extents: n.shape, parts: n.shape[0]}
	for _, p := range n.attr.(PermAttr).order() {
		r.strides = append(r.strides, strides[p])
	}
	return r
}

func (r *transposeRunner) run(e *Executable, _ uint64) { e.divide(r.parts, len(r.to), r) }

// Do writes slice i of the result's first axis.
func (r *transposeRunner) Do(i int) {
	size := len(r.to) / r.parts
	r.fill(r.to[i*size:(i+1)*size], i*r.strides[0], 1)
}

func (r *transposeRunner) fill(to []float32, at, axis int) {
	if axis == len(r.extents) {
		to[0] = r.from[at]
		return
	}
	stride := r.strides[axis]
	if axis == len(r.extents)-1 {
		for j := range to {
			to[j] = r.from[at+j*stride]
		}
		return
	}
	size := len(to) / r.extents[axis]
	for j := range r.extents[axis] {
		r.fill(to[j*size:(j+1)*size], at+j*stride, axis+1)
	}
}

// pieces copies stretches of memory.
type pieces []piece

type piece struct {
	to, from         []float32
	count            int // of stretches
	size             int // of each
	toStep, fromStep int // from one to the next
}

func (p *pieces) run(_ *Executable, _ uint64) {
	for _, c := range *p {
		for i := range c.count {
			copy(c.to[i*c.toStep:i*c.toStep+c.size], c.from[i*c.fromStep:])
		}
	}
}

// newConcatRunner copies each operand to its place in the result, unless the
// plan has put it there.
func newConcatRunner(n *Node, pl *plan) runner {
	axis := n.attr.(AxisAttr).Axis
	step := tensor.Shape(n.shape[axis:]).Size()
	var p pieces
	at, to := 0, pl.value(n)
	for _, x := range n.in {
		size := tensor.Shape(x.shape[axis:]).Size()
		if from := pl.value(x); &from[0] != &to[at] { // else it was computed into its place
			p = append(p, piece{to: to[at:], from: from, size: size, count: len(to) / step, toStep: step, fromStep: size})
		}
		at += size
	}
	return &p
}

// newSliceRunner copies the kept part of each stretch.
func newSliceRunner(n *Node, pl *plan) runner {
	a := n.attr.(SliceAttr)
	inner := tensor.Shape(n.shape[a.Axis+1:]).Size()
	from := n.in[0].shape[a.Axis] * inner
	size := (a.End - a.Start) * inner
	to := pl.value(n)
	return &pieces{{
		to: to, from: pl.value(n.in[0])[a.Start*inner:], size: size, count: len(to) / size, toStep: size, fromStep: from,
	}}
}
