package onnxrun

import "slices"

func (c *call) operands(inputs []int) []operand {
	list := make([]operand, len(inputs))
	for k, i := range inputs {
		list[k] = noOperand
		if c.has(i) {
			list[k] = operandOf(c.in[i])
		}
	}
	return list
}

func (c *call) arrays(inputs []int) []*Array {
	list := make([]*Array, len(inputs))
	for k, i := range inputs {
		if c.has(i) {
			list[k] = c.trace.asArray(c.in[i])
		}
	}
	return list
}

// constant returns the elements of an input that shapes the program; a guard
// watches them where they are not static.
func (c *call) constant(i int) *Array {
	v := c.in[i]
	a := c.trace.asArray(v)
	if !v.static() {
		t := c.trace
		c.check(t.budget.array(a.Type, a.Shape))
		t.program.steps = append(t.program.steps, &guard{v.slot, a.Clone()})
	}
	return a
}

// ints returns the elements of an integer input that shapes the program; nil
// where it is left out.
func (c *call) ints(i int) []int64 {
	if !c.has(i) {
		return nil
	}
	c.types(i, Int64, Int32)
	if c.rank(i) > 1 {
		c.refuse("input[%d] has %d axes; want a list", i, c.rank(i))
	}
	if n := c.shape(i).Size(); n > 1<<16 {
		c.refuse("input[%d] lists %d integers", i, n)
	}
	return slices.Clone(widen[int64](c.constant(i)))
}

// scalar returns the one element of an input that shapes the program.
func (c *call) scalar(i int) float64 {
	if c.shape(i).Size() != 1 {
		c.refuse("input[%d] has the shape %v; want one element", i, []int(c.shape(i)))
	}
	return widen[float64](c.constant(i))[0]
}

// axis turns a possibly negative axis into an index below rank.
func (c *call) axis(a int64, rank int) int {
	if a < 0 {
		a += int64(rank)
	}
	if a < 0 || a >= int64(rank) {
		c.refuse("there is no axis %d among %d", a, rank)
	}
	return int(a)
}

// axesOf checks a list of axes, each named once.
func (c *call) axesOf(list []int64, rank int) []int {
	var axes []int
	for _, a := range list {
		i := c.axis(a, rank)
		if slices.Contains(axes, i) {
			c.refuse("axis %d is named twice", i)
		}
		axes = append(axes, i)
	}
	return axes
}

// listOrAttribute reads a list of integers that is an input from an opset on and
// was an attribute before.
func (c *call) listOrAttribute(input int, name string, since int) []int64 {
	if c.opset >= since {
		return c.ints(input)
	}
	return attribute(c, name, []int64(nil))
}

// extent refuses an integer of a model that no extent or position could have.
func (c *call) extent(v int64) int {
	if v > maxExtent || v < -maxExtent {
		c.refuse("%d is out of range", v)
	}
	return int(v)
}

func (c *call) extents(list []int64) []int {
	out := make([]int, len(list))
	for i, v := range list {
		out[i] = c.extent(v)
	}
	return out
}
