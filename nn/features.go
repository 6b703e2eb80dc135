package nn

import "github.com/ganzoo/ganzoo/graph"

// Features marks the values at this place of the list, those that the next
// layer takes, for ApplyWithFeatures. It is no layer of its own: the places
// after it are as without it.
func Features() Layer {
	return func(b *Builder) { b.net.features = append(b.net.features, len(b.net.steps)) }
}

// ApplyWithFeatures applies the network to x, N×In, and returns N×Out with the
// values at its last mark, N×…. It panics as Apply does, and where there is no mark.
func (n *Network) ApplyWithFeatures(c *Context, x *graph.Node) (y, features *graph.Node) {
	if n.features == nil {
		panic(&graph.BuildError{
			Graph: x.Graph().Name(), Op: n.Name, Shapes: x.Shape().String(), Line: callerLine(),
			Reason: "the network has no place marked as its features",
		})
	}
	return n.apply(c, x, n.features[len(n.features)-1])
}
