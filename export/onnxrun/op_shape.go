package onnxrun

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
)

// reshape reads 0 as "the extent of the input" (unless allowzero) and one −1 as
// "the rest". Before opset 5 the shape is an attribute.
func reshape(c *call) {
	c.arity(2, 2)
	allowZero := c.opset >= 14 && c.flag("allowzero")
	shape, from := c.extents(c.ints(1)), c.shape(0)
	open, known := -1, 1
	for i, d := range shape {
		if d == 0 && !allowZero {
			if i >= len(from) {
				c.refuse("the shape %v copies axis %d of %v", shape, i, []int(from))
			}
			shape[i] = from[i]
		}
		switch {
		case d == -1 && open < 0:
			open = i
			continue
		case d < 0:
			c.refuse("cannot take the shape %v", shape)
		}
		if known *= max(shape[i], 0); known > maxElements {
			c.refuse("the shape %v has more than %d elements", shape, maxElements)
		}
	}
	if open >= 0 {
		if known == 0 || from.Size()%known != 0 {
			c.refuse("%v does not fill the shape %v", []int(from), shape)
		}
		shape[open] = from.Size() / known
	}
	c.view(shape)
}

// flatten makes a matrix: the axes before axis, and the rest.
func flatten(c *call) {
	c.arity(1, 1)
	s := c.shape(0)
	axis := attribute(c, "axis", int64(1))
	if axis != int64(len(s)) {
		axis = int64(c.axis(axis, len(s)))
	}
	c.view([]int{s[:axis].Size(), s[axis:].Size()})
}

func squeeze(c *call) {
	c.arity(1, 2)
	list := c.listOrAttribute(1, "axes", 13)
	axes := c.axesOf(list, c.rank(0))
	shape := []int{}
	for i, d := range c.shape(0) {
		named := slices.Contains(axes, i)
		if named && d != 1 {
			c.refuse("axis %d has extent %d, not 1", i, d)
		}
		if !named && (d != 1 || list != nil) {
			shape = append(shape, d)
		}
	}
	c.view(shape)
}

func unsqueeze(c *call) {
	c.arity(1, 2)
	list := c.listOrAttribute(1, "axes", 13)
	rank := c.rank(0) + len(list)
	if rank > maxRank {
		c.refuse("%d axes are more than the %d supported", rank, maxRank)
	}
	axes := c.axesOf(list, rank)
	shape, left := make([]int, rank), c.shape(0)
	for i := range shape {
		if slices.Contains(axes, i) {
			shape[i] = 1
			continue
		}
		shape[i], left = left[0], left[1:]
	}
	c.view(shape)
}

// expand broadcasts both ways: an extent 1 of the target keeps that of the input.
func expand(c *call) {
	c.arity(2, 2)
	target := c.extents(c.ints(1))
	_, err := elements(target)
	c.check(err)
	shape, ok := graph.Broadcast(c.shape(0), target)
	if !ok {
		c.refuse("%v does not broadcast to %v", []int(c.shape(0)), target)
	}
	if c.inGraph(Float32, 0) && !slices.Contains(shape, 0) && !c.in[0].static() {
		c.result(c.tensor(0).Expand(c.room(shape)...))
		return
	}
	c.listed(shape)
	c.move(shape, broadcastPlaces(c.shape(0), shape))
}
