package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// constant gives its one attribute.
func constant(c *call) {
	c.arity(0, 0)
	if len(c.attributes) != 1 {
		c.refuse("it has %d attributes; want one value", len(c.attributes))
	}
	for name, value := range c.attributes {
		c.read[name] = true
		switch v := value.(type) {
		case *Array:
			c.literal(v)
		case int64:
			c.literal(&Array{Int64, tensor.Shape{}, []int64{v}})
		case []int64:
			c.literal(Ints(v, len(v)))
		case float32:
			c.literal(&Array{Float32, tensor.Shape{}, []float32{v}})
		case []float32:
			c.literal(&Array{Float32, tensor.Shape{len(v)}, v})
		default:
			c.refuse("attribute %s is a string, which is not supported", name)
		}
	}
}

func constantOfShape(c *call) {
	c.arity(1, 1)
	shape := c.extents(c.ints(0))
	value := attribute(c, "value", NewArray(Float32, 1))
	if value.size() != 1 {
		c.refuse("attribute value has %d elements; want one", value.size())
	}
	c.check(c.trace.budget.array(value.Type, shape))
	out := NewArray(value.Type, shape...)
	gather(out, value, make([]int32, out.size()))
	c.literal(out)
}

func identity(c *call) {
	c.arity(1, 1)
	c.pass(0)
}

func shapeOp(c *call) {
	c.arity(1, 1)
	rank := int64(c.rank(0))
	start, end := int64(0), rank
	if c.opset >= 15 {
		bound := func(v int64) int64 {
			if v < 0 {
				v = max(v, -rank) + rank
			}
			return min(v, rank)
		}
		start, end = bound(attribute(c, "start", int64(0))), bound(attribute(c, "end", rank))
	}
	list := []int64{}
	for i := start; i < end; i++ {
		list = append(list, int64(c.shape(0)[i]))
	}
	c.literal(Ints(list, len(list)))
}

func sizeOp(c *call) {
	c.arity(1, 1)
	c.literal(&Array{Int64, tensor.Shape{}, []int64{int64(c.shape(0).Size())}})
}

// narrowBytes is what an element takes as a wide number, and as an integer on the
// way to a narrow one.
const narrowBytes = 8 + 8

// rangeOp lists start, start + delta, … below limit.
func rangeOp(c *call) {
	c.arity(3, 3)
	c.alike()
	start, limit, delta := c.scalar(0), c.scalar(1), c.scalar(2)
	n := math.Ceil((limit - start) / delta)
	if delta == 0 || math.IsNaN(n) || n > maxElements {
		c.refuse("from %g to %g by %g are too many elements", start, limit, delta)
	}
	count := int(max(n, 0))
	c.check(c.trace.budget.array(c.typ(0), []int{count}))
	c.check(c.trace.budget.scratch(narrowBytes * count))
	w := make([]float64, count)
	for i := range w {
		w[i] = start + float64(i)*delta
	}
	out := NewArray(c.typ(0), count)
	narrow(out, w)
	c.literal(out)
}

func eyeLike(c *call) {
	c.arity(1, 1)
	typ := c.attributeType("dtype", c.typ(0))
	k := attribute(c, "k", int64(0))
	s := c.shape(0)
	if len(s) != 2 {
		c.refuse("the input has the shape %v; want a matrix", []int(s))
	}
	c.check(c.trace.budget.array(typ, s))
	c.check(c.trace.budget.scratch(narrowBytes * s.Size()))
	w := make([]int64, s.Size())
	for i := range w {
		if row, column := int64(i/s[1]), int64(i%s[1]); column-row == k {
			w[i] = 1
		}
	}
	out := NewArray(typ, s...)
	narrow(out, w)
	c.literal(out)
}

// attributeType reads an attribute that names an element type.
func (c *call) attributeType(name string, fallback Type) Type {
	v := attribute(c, name, int64(fallback))
	if v < 0 || v > 64 {
		c.refuse("attribute %s = %d names no type", name, v)
	}
	if _, ok := typeInfos[Type(v)]; !ok {
		c.refuse("attribute %s: type %v is not supported", name, Type(v))
	}
	return Type(v)
}

// cast converts an array. Floats are cut off towards zero.
func cast(a *Array, typ Type) *Array {
	out := NewArray(typ, a.Shape...)
	castInto(out, a)
	return out
}

func castInto(out, a *Array) {
	switch {
	case a.Type == out.Type:
		copyElements(out, a)
	case typeInfos[a.Type].float:
		narrow(out, widen[float64](a))
	default:
		if u, ok := a.Data.([]uint64); ok && typeInfos[out.Type].float {
			w := make([]float64, len(u))
			for i, v := range u {
				w[i] = float64(v)
			}
			narrow(out, w)
			return
		}
		narrow(out, widen[int64](a))
	}
}

func castOp(c *call) {
	c.arity(1, 1)
	c.castTo(c.attributeType("to", 0))
}

func castLike(c *call) {
	c.arity(2, 2)
	c.castTo(c.typ(1))
}

func (c *call) castTo(typ Type) {
	v := c.in[0]
	switch {
	case v.typ == typ:
		c.pass(0)
	case v.node != nil && v.typ == Bool && typ == Float32:
		c.result(v.node)
	case v.node != nil && v.typ == Float32 && typ == Bool:
		c.resultAs(v.node.Equal(0).Neg().Add(1), Bool)
	default:
		c.compute([]int{0}, typ, v.shape, func(in []*Array, out *Array) { castInto(out, in[0]) })
	}
}

// scalePlaces returns the places that spread the scale and the zero point over the
// input: one for all, or one a position of an axis.
func (c *call) scalePlaces() []int32 {
	s := c.shape(0)
	if c.has(2) && c.shape(2).Size() != c.shape(1).Size() {
		c.refuse("the scale has the shape %v and the zero point %v; they must agree", []int(c.shape(1)), []int(c.shape(2)))
	}
	a := int64(0)
	if c.opset >= 13 {
		a = attribute(c, "axis", int64(1))
	}
	if c.shape(1).Size() == 1 {
		return c.places(s)
	}
	axis := c.axis(a, len(s))
	if c.rank(1) != 1 || c.shape(1)[0] != s[axis] {
		c.refuse("the scale has the shape %v for axis %d of %v", []int(c.shape(1)), axis, []int(s))
	}
	strides := make([]int, len(s))
	strides[axis] = 1
	places := c.places(s)
	fillStrided(places, s, 0, strides)
	return places
}

// dequantizeLinear is (x − zero)·scale.
func dequantizeLinear(c *call) {
	c.arity(2, 3)
	c.types(0, Int8, Uint8, Int32)
	c.types(1, Float32)
	c.alike(0, 2)
	scales := c.scalePlaces()
	c.compute(c.all(), Float32, c.shape(0), func(in []*Array, out *Array) {
		y, scale := out.Data.([]float32), in[1].Data.([]float32)
		var zero []int64
		if len(in) > 2 && in[2] != nil {
			zero = widen[int64](in[2])
		}
		in[0].eachInt(func(i int, v int64) {
			p := scales[i]
			if zero != nil {
				v -= zero[p]
			}
			y[i] = float32(v) * scale[p]
		})
	})
}

// quantizeLinear is x/scale rounded to even, plus zero, saturated.
func quantizeLinear(c *call) {
	c.arity(2, 3)
	c.types(0, Float32)
	c.types(1, Float32)
	typ := Uint8
	if c.has(2) {
		c.types(2, Int8, Uint8)
		typ = c.typ(2)
	}
	scales := c.scalePlaces()
	low, high := 0.0, 255.0
	if typ == Int8 {
		low, high = -128, 127
	}
	c.compute(c.all(), typ, c.shape(0), func(in []*Array, out *Array) {
		scale, w := in[1].Data.([]float32), make([]float64, out.size())
		var zero []float64
		if len(in) > 2 && in[2] != nil {
			zero = widen[float64](in[2])
		}
		for i, v := range in[0].Data.([]float32) {
			p := scales[i]
			w[i] = math.RoundToEven(float64(v / scale[p]))
			if zero != nil {
				w[i] += zero[p]
			}
			w[i] = min(max(w[i], low), high)
		}
		narrow(out, w)
	})
}
