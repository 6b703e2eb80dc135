package graph

import "github.com/ganzoo/ganzoo/tensor"

// randomPart is the stretch of random numbers that a task draws.
const randomPart = 8192

type randomRunner struct {
	to     []float32
	attr   RandomAttr
	normal bool
	stream tensor.Stream
}

func (r *randomRunner) run(e *Executable, counter uint64) {
	r.stream = tensor.NewStream(e.seed, r.attr.Purpose, counter)
	e.pool.Run((len(r.to)+randomPart-1)/randomPart, r)
}

// Do draws part i; a number depends on its place alone.
func (r *randomRunner) Do(i int) {
	first := i * randomPart
	part := r.to[first:min(first+randomPart, len(r.to))]
	if r.normal {
		r.stream.NormalRange(part, first)
	} else {
		r.stream.UniformRange(part, first, r.attr.Low, r.attr.High)
	}
}
