package export

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
)

// foldAffineMaps moves a Mul or Add by a constant into the weight and the bias
// of the Gemm, Conv or ConvTranspose before it, also across a Reshape:
//
//	(x·W + b)·f = x·(W·f) + b·f        (x·W + b) + o = x·W + (b + o)
//
// with f and o constant along each output feature (of Gemm) or channel (of the
// convolutions). Nodes are met in order of computation, so a bias and the two
// halves of a batch normalisation fold one after the other.
func foldAffineMaps(m *model) error {
	for _, n := range slices.Clone(m.nodes) {
		if n.op != "Mul" && n.op != "Add" {
			continue
		}
		x, c := n.in[0], n.in[1]
		if x.constant() {
			x, c = c, x
		}
		target := contraction(m, x)
		if target == nil || c.data == nil || !n.out.shape.Equal(x.shape) {
			continue
		}
		list, ok := perFeature(c.data, x.shape, target)
		if !ok {
			continue
		}
		if n.op == "Mul" {
			target.scale(list)
		} else {
			target.shift(c.name, list)
		}
		m.replace(n.out, x)
		m.remove(n)
	}
	return nil
}

// contraction returns the node with constant weights whose result x is, perhaps
// in another shape, and which nothing else reads; or nil.
func contraction(m *model, x *value) *node {
	if x.maker != nil && x.maker.op == "Reshape" && m.uses(x) == 1 {
		x = x.maker.in[0]
	}
	n := x.maker
	if n == nil || m.uses(x) != 1 || !slices.Contains([]string{"Gemm", "Conv", "ConvTranspose"}, n.op) {
		return nil
	}
	for _, v := range n.in[1:] {
		if v.data == nil {
			return nil
		}
	}
	return n
}

// featureAxis is the axis of the weight that counts the features of the result.
func (n *node) featureAxis() int {
	switch {
	case n.op == "Conv", n.op == "Gemm" && n.attributes["transB"] == int64(1):
		return 0
	}
	return 1
}

// perFeature spreads c over shape, one example of the target's result, and
// returns one number per feature of the target; false where c differs within a
// feature's map, or does not fit.
func perFeature(c *tensor.Tensor, shape tensor.Shape, target *node) ([]float32, bool) {
	spread := broadcast(c, shape)
	if spread == nil {
		return nil, false
	}
	features := target.out.shape[1]
	area := len(spread) / features // of a feature's map; 1 for Gemm
	list := make([]float32, features)
	for f := range list {
		list[f] = spread[f*area]
		for _, v := range spread[f*area : (f+1)*area] {
			if v != list[f] {
				return nil, false
			}
		}
	}
	return list, true
}

// broadcast repeats t to fill the shape, or returns nil where it does not fit.
func broadcast(t *tensor.Tensor, shape tensor.Shape) []float32 {
	shift := len(shape) - len(t.Shape)
	if shift < 0 {
		return nil
	}
	for i, d := range t.Shape {
		if d != 1 && d != shape[shift+i] {
			return nil
		}
	}
	out := make([]float32, shape.Size())
	from, to := t.Shape.Strides(), shape.Strides()
	for i := range out {
		at := 0
		for axis, d := range t.Shape {
			if d > 1 {
				at += i / to[shift+axis] % shape[shift+axis] * from[axis]
			}
		}
		out[i] = t.Data[at]
	}
	return out
}

// scale multiplies each feature of the node's result. The tensors may be a
// model's live variables, so it writes copies.
func (n *node) scale(by []float32) {
	weight := n.in[1].data.Clone()
	stride := weight.Shape[n.featureAxis()+1:].Size()
	for i := range weight.Data {
		weight.Data[i] *= by[i/stride%len(by)]
	}
	n.in[1] = floats(n.in[1].name, weight)
	if len(n.in) == 3 {
		n.in[2] = floats(n.in[2].name, combine(n.in[2].data.Data, by, func(b, f float32) float32 { return b * f }))
	}
}

// shift adds to each feature of the node's result.
func (n *node) shift(name string, by []float32) {
	if len(n.in) == 3 {
		n.in[2] = floats(n.in[2].name, combine(n.in[2].data.Data, by, func(b, o float32) float32 { return b + o }))
		return
	}
	n.in = append(n.in, floats(name, tensor.Of(by, len(by))))
}

func combine(a, b []float32, f func(a, b float32) float32) *tensor.Tensor {
	out := tensor.New(len(a))
	for i := range a {
		out.Data[i] = f(a[i], b[i])
	}
	return out
}
