package graph

import "github.com/ganzoo/ganzoo/tensor"

// BatchNormalization applies fixed statistics, as at inference: for x N×C×…,
// scale·(x − mean)/√(variance + ε) + bias, all four of shape C.
func (n *Node) BatchNormalization(scale, bias, mean, variance *Node, epsilon float64) *Node {
	in := []*Node{n, scale, bias, mean, variance}
	if len(n.shape) < 2 {
		n.graph.fail(OpBatchNormalization, in, "the first operand needs a channel axis")
	}
	want := tensor.Shape{n.shape[1]}
	for _, p := range in[1:] {
		if !p.shape.Equal(want) {
			n.graph.fail(OpBatchNormalization, in, "statistics and scales must have shape %v", want)
		}
	}
	return n.graph.add(OpBatchNormalization, n.shape, EpsilonAttr{float32(epsilon)}, in...)
}

// lowerBatchNormalization writes the op with simpler ones. The scale per
// channel is worked out first, so that the walk over the image is one
// multiplication and one addition.
func lowerBatchNormalization(x, scale, bias, mean, variance *Node, epsilon float32) *Node {
	factor := scale.Div(variance.Add(epsilon).Sqrt())
	offset := bias.Sub(mean.Mul(factor))
	rank := len(x.shape)
	return x.Mul(factor.PerChannel(rank)).Add(offset.PerChannel(rank))
}
