package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/graph"
)

// arithmetic is an operator of two inputs of one type.
func arithmetic(f func(*graph.Node, graph.Operand) *graph.Node, i func(a, b int64) int64, w func(a, b float64) float64) func(c *call) {
	return func(c *call) {
		c.arity(2, 2)
		c.alignLegacy()
		folded(c, f, i, w)
	}
}

// variadic is an operator of any number of inputs, folded from the left. i is nil
// where integers are not allowed.
func variadic(f func(*graph.Node, graph.Operand) *graph.Node, i func(a, b int64) int64, w func(a, b float64) float64) func(c *call) {
	return func(c *call) {
		c.arity(1, 64)
		c.arity(len(c.in), 64)
		folded(c, f, i, w)
	}
}

func folded(c *call, f func(*graph.Node, graph.Operand) *graph.Node, i func(a, b int64) int64, w func(a, b float64) float64) {
	c.alike()
	shape := c.broadcast()
	switch {
	case c.inGraph(Float32, c.all()...):
		n := c.tensor(0)
		for k := 1; k < len(c.in); k++ {
			n = f(n, c.tensor(k))
		}
		c.result(n)
	case typeInfos[c.typ(0)].float:
		wide(c, c.typ(0), shape, func(a []float64) float64 { return fold(a, w) })
	case i == nil || c.typ(0) == Bool:
		c.refuse("inputs of %v are not supported", c.typ(0))
	default:
		wide(c, c.typ(0), shape, func(a []int64) int64 { return fold(a, i) })
	}
}

func fold[W wideNumber](a []W, f func(a, b W) W) W {
	v := a[0]
	for _, x := range a[1:] {
		v = f(v, x)
	}
	return v
}

// divideInts cuts off, as C does. A division by zero, which ONNX leaves open,
// gives zero.
func divideInts(a, b int64) int64 {
	switch b {
	case 0:
		return 0
	case -1:
		return -a
	}
	return a / b
}

func mean(c *call) {
	c.arity(1, 64)
	c.arity(len(c.in), 64)
	c.floats(c.all()...)
	c.broadcast()
	n := c.tensor(0)
	for k := 1; k < len(c.in); k++ {
		n = n.Add(c.tensor(k))
	}
	c.result(n.Div(len(c.in)))
}

// mod has the sign of the divisor, as Python's, or of the dividend, as C's, where
// fmod says so.
func mod(c *call) {
	c.arity(2, 2)
	c.alike()
	cSign := c.flag("fmod")
	shape := c.broadcast()
	if typeInfos[c.typ(0)].float {
		if !cSign {
			c.refuse("floats need fmod = 1")
		}
		wide(c, c.typ(0), shape, func(a []float64) float64 { return math.Mod(a[0], a[1]) })
		return
	}
	wide(c, c.typ(0), shape, func(a []int64) int64 {
		if a[1] == 0 || a[1] == -1 {
			return 0
		}
		r := a[0] % a[1]
		if !cSign && r != 0 && (r < 0) != (a[1] < 0) {
			r += a[1]
		}
		return r
	})
}

// pow has the type of its base; the exponent may be of another. Squares, which
// are what exporters write most, stay in the graph.
func pow(c *call) {
	c.arity(2, 2)
	c.alignLegacy()
	shape := c.broadcast()
	if c.inGraph(Float32, 0) && c.in[1].static() && c.shape(1).Size() == 1 && len(c.shape(1)) <= c.rank(0) {
		x := c.tensor(0)
		switch c.scalar(1) {
		case 1:
			c.result(x.Expand(shape...))
			return
		case 2:
			c.result(x.Square())
			return
		case 0.5:
			c.result(x.Sqrt())
			return
		}
	}
	if typeInfos[c.typ(0)].float || typeInfos[c.typ(1)].float {
		wide(c, c.typ(0), shape, func(a []float64) float64 { return math.Pow(a[0], a[1]) })
		return
	}
	wide(c, c.typ(0), shape, func(a []int64) int64 {
		base, exponent := a[0], a[1]
		if exponent < 0 {
			return int64(math.Pow(float64(base), float64(exponent)))
		}
		v := int64(1)
		for ; exponent > 0; exponent >>= 1 {
			if exponent&1 == 1 {
				v *= base
			}
			base *= base
		}
		return v
	})
}

func bitShift(c *call) {
	c.arity(2, 2)
	c.alike()
	c.types(0, Uint8, Uint16, Uint32, Uint64)
	shape := c.broadcast()
	direction := attribute(c, "direction", "")
	switch direction {
	case "LEFT":
		wide(c, c.typ(0), shape, func(a []int64) int64 { return int64(uint64(a[0]) << uint64(a[1])) })
	case "RIGHT":
		wide(c, c.typ(0), shape, func(a []int64) int64 { return int64(uint64(a[0]) >> uint64(a[1])) })
	default:
		c.refuse("attribute direction = %q is neither LEFT nor RIGHT", direction)
	}
}
