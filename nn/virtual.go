package nn

import "github.com/ganzoo/ganzoo/graph"

// Virtual makes batch normalisation virtual (Salimans et al. 2016,
// arXiv:1606.03498, section 3.5): the first n rows of what a network is applied
// to are a reference batch, chosen once and always the same, and each example
// after them is normalised by the statistics of the reference and itself alone,
// so that the examples of a batch are not tied together. It returns the context.
//
// The running statistics follow those of the reference; at inference they are
// used without the example's own share, 1/(n+1).
func (c *Context) Virtual(n int) *Context {
	c.reference = n
	return c
}

// virtual normalises x, whose first rows are the reference, and tracks the
// reference's mean and variance.
func (c *Context) virtual(x *graph.Node, mean, variance *graph.Variable, gamma, beta *graph.Node) *graph.Node {
	rank, rows := len(x.Shape()), x.Shape()[0]
	first, second := x, x.Square() // moments of each example, N×C×1×1 or N×C
	if rank > 2 {
		first, second = first.MeanKeep(2, 3), second.MeanKeep(2, 3)
	}
	share := 1 / float64(c.reference+1)
	blended := func(moment *graph.Node) (blend, reference *graph.Node) {
		reference = moment.Slice(0, 0, c.reference).MeanKeep(0)
		own := moment.Slice(0, c.reference, rows)
		shape := moment.Shape().Clone()
		shape[0] = c.reference
		return graph.Concat(0, reference.Expand(shape...), own.Mul(share).Add(reference.Mul(1-share))), reference
	}
	mu, muOfReference := blended(first)
	square, squareOfReference := blended(second)
	if c.tracking {
		g := x.Graph()
		c.blend(g, mean, muOfReference.Reshape(-1))
		c.blend(g, variance, squareOfReference.Sub(muOfReference.Square()).Reshape(-1))
	}
	scale := square.Sub(mu.Square()).Max(0).Add(normEpsilon).Sqrt().Reciprocal()
	return x.Sub(mu).Mul(scale).Mul(gamma.PerChannel(rank)).Add(beta.PerChannel(rank))
}
