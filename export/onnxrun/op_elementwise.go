package onnxrun

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// nodes is an operator of one float32 input.
func nodes(f func(*graph.Node) *graph.Node) func(c *call) { return both(f, nil) }

// both is an operator of one input: a node for float32, and for the rest a
// function on arrays; nil where nothing else is supported.
func both(f func(*graph.Node) *graph.Node, rest func(c *call)) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		if rest != nil && !c.inGraph(Float32, 0) {
			rest(c)
			return
		}
		c.result(f(c.tensor(0)))
	}
}

// integers applies f to each element of an integer input.
func integers(f func(int64) int64) func(c *call) {
	return func(c *call) {
		if typeInfos[c.typ(0)].float {
			wide(c, c.typ(0), c.shape(0), func(a []float64) float64 { return float64(f(int64(a[0]))) })
			return
		}
		wide(c, c.typ(0), c.shape(0), func(a []int64) int64 { return f(a[0]) })
	}
}

// mapped is an operator of one float input that f computes in float64.
func mapped(f func(float64) float64) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		c.map1(f)
	}
}

func (c *call) map1(f func(float64) float64) {
	c.types(0, Float32, Float64, Float16)
	c.work(hard, c.shape(0).Size())
	pool := c.pool()
	c.compute([]int{0}, c.typ(0), c.shape(0), func(in []*Array, out *Array) {
		if x, ok := in[0].Data.([]float32); ok {
			y := out.Data.([]float32)
			inParts(pool, len(x), func(first, end int) {
				for i, v := range x[first:end] {
					y[first+i] = float32(f(float64(v)))
				}
			})
			return
		}
		w := make([]float64, in[0].size())
		in[0].eachFloat(func(i int, v float64) { w[i] = f(v) })
		narrow(out, w)
	})
}

// wide computes each element of the output from the elements of all inputs that
// broadcast to its place, in int64 or float64.
func wide[W wideNumber](c *call, typ Type, shape tensor.Shape, f func(a []W) W) {
	inputs := c.all()
	n, err := elements(shape)
	c.check(err)
	spread := 0 // inputs that broadcast, each as a list of places and as wide numbers
	for _, i := range inputs {
		if !c.shape(i).Equal(shape) {
			spread++
		}
	}
	c.check(c.trace.budget.scratch((4 + 8) * n * spread))
	c.work(heavy, n, len(inputs))
	c.compute(inputs, typ, shape, func(in []*Array, out *Array) {
		w := make([]W, n)
		from := make([][]W, len(in))
		for k, a := range in {
			from[k] = widen[W](a)
			if !a.Shape.Equal(out.Shape) {
				places := broadcastPlaces(a.Shape, out.Shape)
				spread := make([]W, n)
				gatherElements(spread, from[k], places)
				from[k] = spread
			}
		}
		args := make([]W, len(in))
		for i := range w {
			for k := range args {
				args[k] = from[k][i]
			}
			w[i] = f(args)
		}
		narrow(out, w)
	})
}

// broadcastPlaces says for each element of a shape which one of a smaller shape
// stands there.
func broadcastPlaces(from, to tensor.Shape) []int32 {
	strides := make([]int, len(to))
	own := from.Strides()
	for i, d := range from {
		if d != 1 {
			strides[len(to)-len(from)+i] = own[i]
		}
	}
	return stridedPlaces(to, 0, strides)
}

// stridedPlaces lists offset + Σ iₖ·strideₖ for all indices of a shape in order.
func stridedPlaces(shape tensor.Shape, offset int, strides []int) []int32 {
	places := make([]int32, shape.Size())
	fillStrided(places, shape, offset, strides)
	return places
}

func fillStrided(places []int32, shape tensor.Shape, offset int, strides []int) {
	if len(places) == 0 {
		return
	}
	if len(shape) == 0 {
		places[0] = int32(offset)
		return
	}
	size := len(places) / shape[0]
	for i := range shape[0] {
		fillStrided(places[i*size:(i+1)*size], shape[1:], offset+i*strides[0], strides[1:])
	}
}

// broadcast returns the shape of all inputs together.
func (c *call) broadcast() tensor.Shape {
	shape := c.shape(0)
	for i := 1; i < len(c.in); i++ {
		var ok bool
		if shape, ok = graph.Broadcast(shape, c.shape(i)); !ok {
			c.refuse("%v does not broadcast with %v", []int(c.shape(i)), []int(c.shape(0)))
		}
	}
	if slices.Contains(shape, 0) {
		_, err := elements(shape)
		c.check(err)
		return shape
	}
	return c.room(shape)
}

// alignLegacy is the broadcasting of opset 6: only where the attribute broadcast
// asks for it, with the second input's axes against those of the first from the
// attribute axis on.
func (c *call) alignLegacy() {
	if c.opset >= 7 {
		return
	}
	allowed := c.flag("broadcast")
	from, by := c.shape(0), c.shape(1)
	axis := len(from) - len(by)
	if c.attributes["axis"] != nil {
		axis = c.axis(attribute(c, "axis", int64(0)), len(from))
	}
	if !allowed && !from.Equal(by) || axis < 0 || axis+len(by) > len(from) {
		c.refuse("%v does not broadcast to %v from axis %d on", []int(by), []int(from), axis)
	}
	if trailing := len(from) - len(by) - axis; trailing > 0 {
		c.appendAxes(1, trailing)
	}
}

// appendAxes gives an input further axes of extent 1.
func (c *call) appendAxes(input, count int) {
	shape := append(c.shape(input).Clone(), slices.Repeat([]int{1}, count)...)
	sub := &call{node: c.node, trace: c.trace, in: []*value{c.in[input]}, read: c.read}
	sub.view(shape)
	c.in[input] = sub.out[0]
}

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

func compareInts(a, b int64) int64 {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
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

// logical is an operator of two bools.
func logical(f func(*graph.Node, graph.Operand) *graph.Node, b func(a, b bool) bool) func(c *call) {
	return func(c *call) {
		c.arity(2, 2)
		c.types(0, Bool)
		c.types(1, Bool)
		shape := c.broadcast()
		if c.in[0].node != nil || c.in[1].node != nil {
			c.resultAs(f(c.tensor(0), c.tensor(1)), Bool)
			return
		}
		wide(c, Bool, shape, func(a []int64) int64 {
			if b(a[0] != 0, a[1] != 0) {
				return 1
			}
			return 0
		})
	}
}

func not(c *call) {
	c.arity(1, 1)
	c.types(0, Bool)
	if c.in[0].node != nil {
		c.resultAs(c.tensor(0).Neg().Add(1), Bool)
		return
	}
	wide(c, Bool, c.shape(0), func(a []int64) int64 { return 1 - a[0] })
}

func less(a *graph.Node, b graph.Operand) *graph.Node { return b.(*graph.Node).Greater(a) }

func lessOrEqual(a *graph.Node, b graph.Operand) *graph.Node {
	return b.(*graph.Node).GreaterOrEqual(a)
}

// comparison is an operator of two inputs of one type with a bool for each
// element; is says which order of them is meant. NaN has no order.
func comparison(f func(*graph.Node, graph.Operand) *graph.Node, is func(order int) bool) func(c *call) {
	return func(c *call) {
		c.arity(2, 2)
		c.alike()
		shape := c.broadcast()
		if c.inGraph(Float32, 0, 1) {
			c.resultAs(f(c.tensor(0), c.tensor(1)), Bool)
			return
		}
		if typeInfos[c.typ(0)].float {
			wide(c, Bool, shape, func(a []float64) float64 {
				if a[0] < a[1] && is(-1) || a[0] == a[1] && is(0) || a[0] > a[1] && is(1) {
					return 1
				}
				return 0
			})
			return
		}
		wide(c, Bool, shape, func(a []int64) int64 {
			if is(int(compareInts(a[0], a[1]))) {
				return 1
			}
			return 0
		})
	}
}

func where(c *call) {
	c.arity(3, 3)
	c.types(0, Bool)
	c.alike(1, 2)
	shape := c.broadcast()
	if c.inGraph(Float32, 1, 2) && c.in[0].graphable() {
		c.result(c.tensor(0).Where(c.tensor(1), c.tensor(2)))
		return
	}
	c.compute([]int{0, 1, 2}, c.typ(1), shape, func(in []*Array, out *Array) {
		condition := widen[int64](in[0])
		which, a, b := broadcastPlaces(in[0].Shape, shape), broadcastPlaces(in[1].Shape, shape), broadcastPlaces(in[2].Shape, shape)
		for i, p := range which {
			if condition[p] != 0 {
				b[i] = -1
			} else {
				a[i] = -1
			}
		}
		gather(out, in[1], a)
		gather(out, in[2], b)
	})
}
