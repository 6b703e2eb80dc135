package onnxrun

import "github.com/ganzoo/ganzoo/tensor"

// padding is what Pad asks for: so many elements, or with negative numbers so many
// less, at both ends of each axis.
type padding struct {
	before, after []int
	mode          string  // constant, edge or reflect
	fill          float64 // the constant
}

// pad adds at both ends of each axis: a constant, the elements mirrored, or the last
// one.
func pad(c *call) {
	p := c.readPadding()
	from := c.shape(0)
	shape := c.padded(&p)
	places := c.places(shape)
	mapAxes(places, shape, from.Strides(), func(axis, at int) int { return p.source(at-p.before[axis], from[axis]) })
	value := NewArray(c.typ(0), 1)
	narrow(value, []float64{p.fill})
	c.compute([]int{0}, c.typ(0), shape, func(in []*Array, out *Array) {
		if p.fill != 0 {
			gather(out, value, make([]int32, len(places)))
		} else if f, ok := out.Data.([]float32); ok {
			clear(f) // in a graph the memory was another value's
		}
		gather(out, in[0], places)
	})
}

// readPadding reads the pads, all befores first: inputs from opset 11 on, attributes
// before.
func (c *call) readPadding() padding {
	var pads []int64
	var p padding
	if c.opset >= 11 {
		c.arity(2, 3)
		pads = c.ints(1)
		if c.has(2) {
			c.alike(0, 2)
			p.fill = c.scalar(2)
		}
	} else {
		c.arity(1, 1)
		pads = attribute(c, "pads", []int64(nil))
		p.fill = float64(attribute(c, "value", float32(0)))
	}
	p.mode = attribute(c, "mode", "constant")
	rank := c.rank(0)
	if len(pads) != 2*rank {
		c.refuse("there are %d pads for %d axes", len(pads), rank)
	}
	p.before, p.after = c.extents(pads[:rank]), c.extents(pads[rank:])
	return p
}

// padded returns the shape of the result, and refuses what the mode cannot fill.
func (c *call) padded(p *padding) tensor.Shape {
	shape := c.shape(0).Clone()
	for i, extent := range c.shape(0) {
		if shape[i] += p.before[i] + p.after[i]; shape[i] < 0 {
			c.refuse("pads of %d and %d take more than the %d of axis %d", p.before[i], p.after[i], extent, i)
		}
		reach := max(p.before[i], p.after[i])
		if p.mode == "reflect" && reach >= extent && reach > 0 || p.mode == "edge" && extent == 0 && reach > 0 {
			c.refuse("axis %d of %d cannot be padded by %d in mode %s", i, extent, reach, p.mode)
		}
	}
	switch p.mode {
	case "constant", "edge", "reflect":
	default:
		c.refuse("attribute mode = %q is not known", p.mode)
	}
	return shape
}

// source is where the element comes from that stands at a position of the input's
// axis, within it or outside: −1 for the constant.
func (p *padding) source(at, extent int) int {
	switch last := extent - 1; {
	case at >= 0 && at <= last:
		return at
	case p.mode == "edge":
		return min(max(at, 0), last)
	case p.mode == "reflect" && at < 0:
		return -at
	case p.mode == "reflect":
		return 2*last - at
	}
	return -1
}

// mapAxes fills places with Σ source(axis, index)·stride, or −1 where any source
// is negative.
func mapAxes(places []int32, shape tensor.Shape, strides []int, source func(axis, at int) int) {
	var fillFrom func(places []int32, axis, offset int)
	fillFrom = func(places []int32, axis, offset int) {
		if len(places) == 0 {
			return
		}
		if axis == len(shape) {
			places[0] = int32(offset)
			return
		}
		size := len(places) / shape[axis]
		for i := range shape[axis] {
			part := places[i*size : (i+1)*size]
			p := source(axis, i)
			if p < 0 {
				for k := range part {
					part[k] = -1
				}
				continue
			}
			fillFrom(part, axis+1, offset+p*strides[axis])
		}
	}
	fillFrom(places, 0, 0)
}
