package onnxrun

import "github.com/ganzoo/ganzoo/tensor/kernel"

// inParts calls f with stretches of 0 … n−1, one for each thread. Work is split
// over results, so that they do not depend on the number of threads.
func inParts(pool *kernel.Pool, n int, f func(first, end int)) {
	parts := min(pool.Threads(), n)
	pool.RunFunc(parts, func(i int) { f(n*i/parts, n*(i+1)/parts) })
}

// pool is what this call may split its work over.
func (c *call) pool() *kernel.Pool { return c.trace.model.options.Pool }
