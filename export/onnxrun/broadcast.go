package onnxrun

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

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
