package nn

import "github.com/ganzoo/ganzoo/graph"

// Context is how a network is applied: with the statistics of the batch or the
// running ones, with its own weights or their average, and whether the running
// statistics move.
type Context struct {
	training bool
	swap     map[*graph.Variable]*graph.Variable
	tracking bool
	pending  []running

	normalised map[*graph.Variable]*graph.Node // weights over their spectral norm
	reference  int                             // leading rows that are virtual batch normalisation's; 0: none
	source     Source                          // of random numbers; nil: the graph
	draws      map[string]int                  // how often each purpose was drawn for
	class      *graph.Node                     // of each example, one-hot, N×K; nil: untold
}

// running is a statistic on its way to a new value in this graph.
type running struct {
	variable *graph.Variable
	value    *graph.Node
}

// Training applies layers as they train, and collects the new running
// statistics for Commit. A network applied twice in one context moves them
// twice, as in PyTorch.
func Training() *Context { return &Context{training: true, tracking: true} }

// Frozen applies layers as they train but leaves the running statistics alone:
// for a network that is only looked through, such as the discriminator in the
// generator's step.
func Frozen() *Context { return &Context{training: true} }

// Inference applies layers as they serve: each example alone, with running
// statistics. swap, which may be nil, names variables to be read in place of
// others, such as the averages of weights.
func Inference(swap map[*graph.Variable]*graph.Variable) *Context {
	return &Context{swap: swap}
}

// Commit assigns the collected running statistics in g: once, when all networks have been
// applied.
func (c *Context) Commit(g *graph.Graph) {
	for _, r := range c.pending {
		g.Assign(r.variable, r.value)
	}
	c.pending = nil
}

// Moved returns the value that a running statistic v has after the run: its collected
// new value, or the old one.
func (c *Context) Moved(g *graph.Graph, v *graph.Variable) *graph.Node {
	for _, r := range c.pending {
		if r.variable == v {
			return r.value
		}
	}
	return c.Read(g, v)
}

// Read returns the node of a layer's variable v in g, or of what stands in for it: a
// layer reads its weights by it alone, or samples from averaged weights go wrong.
func (c *Context) Read(g *graph.Graph, v *graph.Variable) *graph.Node {
	if s := c.swap[v]; s != nil {
		v = s
	}
	return g.Variable(v)
}

// move sets the value that v will have.
func (c *Context) move(v *graph.Variable, value *graph.Node) {
	for i, r := range c.pending {
		if r.variable == v {
			c.pending[i].value = value
			return
		}
	}
	c.pending = append(c.pending, running{v, value})
}
