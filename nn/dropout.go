package nn

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
)

// Dropout sets each value to zero with the probability rate while training, and
// scales the others by 1/(1−rate) (Srivastava et al. 2014). Every application
// of the network draws anew.
func Dropout(rate float64) Layer {
	return func(b *Builder) {
		if !(rate >= 0 && rate < 1) {
			b.Fail("Dropout", "a rate of %v", rate)
		}
		purpose := fmt.Sprintf("%s.%d.dropout", b.net.Name, len(b.net.steps))
		b.Then(b.Shape, func(c *Context, x *graph.Node) *graph.Node {
			if !c.training {
				return x
			}
			kept := c.uniform(x.Graph(), purpose, x.Shape()).GreaterOrEqual(rate)
			return x.Mul(kept).Mul(1 / (1 - rate))
		})
	}
}

// Source makes nodes of random numbers; those of different purposes are
// independent.
type Source interface {
	Uniform(purpose string, low, high float64, shape ...int) *graph.Node
}

// DrawFrom sets where the layers' random numbers come from; by default the
// graph itself. It returns the context.
func (c *Context) DrawFrom(s Source) *Context {
	c.source = s
	return c
}

// uniform draws from [0, 1). The second draw of one purpose in a context is
// another than the first: its purpose ends in "/2".
func (c *Context) uniform(g *graph.Graph, purpose string, shape []int) *graph.Node {
	if c.draws == nil {
		c.draws = map[string]int{}
	}
	c.draws[purpose]++
	if n := c.draws[purpose]; n > 1 {
		purpose = fmt.Sprintf("%s/%d", purpose, n)
	}
	if c.source == nil {
		return g.Uniform(purpose, 0, 1, shape...)
	}
	return c.source.Uniform(purpose, 0, 1, shape...)
}
