package graph

import "github.com/ganzoo/ganzoo/tensor"

// Uniform draws from [low, high). The values are a function of the seed, the
// purpose and the counter of the run alone; two nodes of one purpose and shape are the
// same draw, and draws of one purpose in other shapes, or by Normal, are made of the same
// random words: give each a purpose of its own.
func (g *Graph) Uniform(purpose string, low, high float64, shape ...int) *Node {
	s := tensor.Shape(shape).Clone()
	g.checkShape(OpRandomUniform, s)
	return g.add(OpRandomUniform, s, RandomAttr{purpose, float32(low), float32(high)})
}

// Normal draws from the standard normal distribution, as Uniform does.
func (g *Graph) Normal(purpose string, shape ...int) *Node {
	s := tensor.Shape(shape).Clone()
	g.checkShape(OpRandomNormal, s)
	return g.add(OpRandomNormal, s, RandomAttr{Purpose: purpose})
}
