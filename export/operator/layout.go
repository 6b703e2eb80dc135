package operator

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// reshape reads 0 as "the extent of the input" and one −1 as "the rest".
func reshape(u *use) Value {
	u.arity(2, 2)
	u.expect("allowzero", 0)
	x, shape := u.tensor(0), u.extents(u.ints(1))
	open, known := -1, tensor.Shape{}
	for i, d := range shape {
		switch {
		case d == 0 && i < len(x.Shape()):
			shape[i] = x.Shape()[i]
		case d == -1 && open < 0:
			open = i
			continue
		case d < 1:
			u.refuse("cannot take the shape %v", shape)
		}
		known = append(known, shape[i])
	}
	u.shape(known)
	if len(shape) > MaxRank {
		u.refuse("%d axes are more than the %d supported", len(shape), MaxRank)
	}
	return of(x.Reshape(shape...))
}

// flatten makes a matrix: the axes before axis, and the rest.
func flatten(u *use) Value {
	u.arity(1, 1)
	x := u.tensor(0)
	s := x.Shape()
	axis := attribute(u, "axis", int64(1))
	if axis != int64(len(s)) {
		axis = int64(u.axis(axis, len(s)))
	}
	return of(x.Reshape(s[:axis].Size(), s[axis:].Size()))
}

// axes reads the list of axes that later opsets give as an input and earlier
// ones as an attribute.
func (u *use) axes(input, rank int) []int {
	list := u.ints(input)
	if list == nil {
		list = attribute(u, "axes", []int64(nil))
	}
	var axes []int
	for _, a := range list {
		i := u.axis(a, rank)
		if slices.Contains(axes, i) {
			u.refuse("axis %d is named twice", i)
		}
		axes = append(axes, i)
	}
	return axes
}

func squeeze(u *use) Value {
	u.arity(1, 2)
	x := u.tensor(0)
	axes := u.axes(1, len(x.Shape()))
	shape := []int{}
	for i, d := range x.Shape() {
		named := slices.Contains(axes, i)
		if named && d != 1 {
			u.refuse("axis %d has extent %d, not 1", i, d)
		}
		if !named && (d != 1 || axes != nil) {
			shape = append(shape, d)
		}
	}
	return of(x.Reshape(shape...))
}

func unsqueeze(u *use) Value {
	u.arity(1, 2)
	x := u.tensor(0)
	count := len(u.ints(1))
	if count == 0 {
		count = len(attribute(u, "axes", []int64(nil)))
	}
	rank := len(x.Shape()) + count
	axes := u.axes(1, rank)
	shape, left := make([]int, rank), x.Shape()
	for i := range shape {
		if slices.Contains(axes, i) {
			shape[i] = 1
			continue
		}
		shape[i], left = left[0], left[1:]
	}
	return of(x.Reshape(u.shape(shape)...))
}

// expand broadcasts both ways, as ONNX has it: an extent 1 of the target keeps
// that of the input.
func expand(u *use) Value {
	u.arity(2, 2)
	x, target := u.tensor(0), u.extents(u.ints(1))
	shape, ok := graph.Broadcast(x.Shape(), u.shape(target))
	if !ok {
		u.refuse("%v does not broadcast to %v", x.Shape(), tensor.Shape(target))
	}
	return of(x.Expand(u.shape(shape)...))
}

func transpose(u *use) Value {
	u.arity(1, 1)
	perm := u.extents(attribute(u, "perm", []int64(nil)))
	return of(u.tensor(0).Transpose(perm...))
}

func concat(u *use) Value {
	u.arity(1, 1<<12)
	var nodes []*graph.Node
	for i := range u.Inputs {
		nodes = append(nodes, u.tensor(i))
	}
	axis := u.axis(attribute(u, "axis", int64(0)), len(nodes[0].Shape()))
	return of(graph.Concat(axis, nodes...))
}

// slice takes starts, ends, axes and steps as inputs (opset 10 on); bounds past
// an end stop there, negative ones count from it. Only steps of 1 are known.
func slice(u *use) Value {
	u.arity(3, 5)
	n := u.tensor(0)
	starts, ends, steps := u.ints(1), u.ints(2), u.ints(4)
	axes := u.axes(3, len(n.Shape()))
	if axes == nil {
		for i := range starts {
			axes = append(axes, u.axis(int64(i), len(n.Shape())))
		}
	}
	if len(starts) != len(ends) || len(starts) != len(axes) || steps != nil && len(steps) != len(starts) {
		u.refuse("starts, ends, axes and steps differ in length")
	}
	for i, a := range axes {
		if steps != nil && steps[i] != 1 {
			u.refuse("a step of %d is not supported", steps[i])
		}
		extent := int64(n.Shape()[a])
		bound := func(v int64) int {
			if v < 0 {
				v += extent
			}
			return int(min(max(v, 0), extent))
		}
		n = n.Slice(a, bound(starts[i]), bound(ends[i]))
	}
	return of(n)
}
