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
