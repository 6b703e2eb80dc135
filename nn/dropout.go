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
	Normal(purpose string, shape ...int) *graph.Node
}

// DrawFrom sets where the layers' random numbers come from; by default the
// graph itself. It returns the context.
func (c *Context) DrawFrom(s Source) *Context {
	c.source = s
	return c
}

// uniform draws from [0, 1).
func (c *Context) uniform(g *graph.Graph, purpose string, shape []int) *graph.Node {
	return c.from(g).Uniform(c.anew(purpose), 0, 1, shape...)
}

// normal draws from N(0, 1).
func (c *Context) normal(g *graph.Graph, purpose string, shape []int) *graph.Node {
	return c.from(g).Normal(c.anew(purpose), shape...)
}

func (c *Context) from(g *graph.Graph) Source {
	if c.source == nil {
		return g
	}
	return c.source
}

// anew keeps the second draw of one purpose in a context apart from the first: its
// purpose ends in "/2".
func (c *Context) anew(purpose string) string {
	if c.draws == nil {
		c.draws = map[string]int{}
	}
	c.draws[purpose]++
	if n := c.draws[purpose]; n > 1 {
		return fmt.Sprintf("%s/%d", purpose, n)
	}
	return purpose
}
