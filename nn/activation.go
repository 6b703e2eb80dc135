package nn

import "github.com/ganzoo/ganzoo/graph"

// Activation applies f to every element.
func Activation(f func(x *graph.Node) *graph.Node) Layer {
	return func(b *Builder) {
		b.Then(b.Shape, func(_ *Context, x *graph.Node) *graph.Node { return f(x) })
	}
}

// Relu is max(x, 0).
func Relu() Layer { return Activation((*graph.Node).Relu) }

// LeakyRelu is x above zero and slope·x below.
func LeakyRelu(slope float64) Layer {
	return Activation(func(x *graph.Node) *graph.Node { return x.LeakyRelu(slope) })
}

// Elu is x above zero and eˣ − 1 below (Clevert et al. 2015, arXiv:1511.07289).
func Elu() Layer {
	return Activation(func(x *graph.Node) *graph.Node { return x.Relu().Add(x.Min(0).Exp().Sub(1)) })
}

// Tanh squashes to −1…1, the range of images.
func Tanh() Layer { return Activation((*graph.Node).Tanh) }

// Softplus is log(1 + eˣ).
func Softplus() Layer { return Activation((*graph.Node).Softplus) }

// Sigmoid squashes to 0…1.
func Sigmoid() Layer { return Activation((*graph.Node).Sigmoid) }
