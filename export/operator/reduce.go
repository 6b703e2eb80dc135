package operator

import "github.com/ganzoo/ganzoo/graph"

// reduce adds up, averages or takes the largest along the axes, all of them
// when none is named.
func reduce(f func(*graph.Node, ...int) *graph.Node) func(u *use) Value {
	return func(u *use) Value {
		u.arity(1, 2)
		x := u.tensor(0)
		axes := u.axes(1, len(x.Shape()))
		if axes == nil {
			u.expect("noop_with_empty_axes", 0)
		}
		u.read["noop_with_empty_axes"] = true
		n := f(x, axes...)
		if attribute(u, "keepdims", int64(1)) != 0 {
			return of(n)
		}
		reduced := map[int]bool{}
		for _, a := range axes {
			reduced[a] = true
		}
		shape := []int{}
		for i, d := range n.Shape() {
			if axes != nil && !reduced[i] {
				shape = append(shape, d)
			}
		}
		return of(n.Reshape(shape...))
	}
}

func softmax(u *use) Value {
	_, e, sum := u.exponentials()
	return of(e.Div(sum))
}

func logSoftmax(u *use) Value {
	centred, _, sum := u.exponentials()
	return of(centred.Sub(sum.Log()))
}

// exponentials are what a softmax is made of: x − max x, its exponentials and their
// sums, along the last axis. It is to be named: what a model means that names none
// depends on its opset.
func (u *use) exponentials() (centred, e, sum *graph.Node) {
	u.arity(1, 1)
	x := u.tensor(0)
	last := len(x.Shape()) - 1
	if u.Attributes["axis"] == nil || u.axis(attribute(u, "axis", int64(0)), last+1) != last {
		u.refuse("another axis than the last, by attribute axis, is not supported")
	}
	centred = x.Sub(x.MaxKeep(last))
	e = centred.Exp()
	return centred, e, e.SumKeep(last)
}
