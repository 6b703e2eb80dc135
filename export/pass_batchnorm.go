package export

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// spellOutBatchNormalization writes y = factor·x + offset, per channel, with
//
//	factor = scale/√(variance + ε)   offset = bias − mean·factor
//
// foldAffineMaps then moves both into the contraction before, where there is
// one. What stays behind after another op is a Mul and an Add: OpenCV computes a
// BatchNormalization wrongly after some operators.
func spellOutBatchNormalization(m *model) error {
	var nodes []*node
	for _, n := range m.nodes {
		if n.op != "BatchNormalization" {
			nodes = append(nodes, n)
			continue
		}
		for _, v := range n.in[1:] {
			if v.data == nil {
				return fmt.Errorf("the statistics of %v, made at %s, are not constant", n.source, n.source.Line())
			}
		}
		x, scale, bias := n.in[0], n.in[1], n.in[2]
		factor, offset := affine(n)
		times := result(&node{op: "Mul", in: []*value{x, channels(scale.name, factor, x)}, source: n.source}, x.shape, x.batch)
		plus := &node{op: "Add", in: []*value{times.out, channels(bias.name, offset, x)}, source: n.source, out: n.out}
		n.out.maker = plus
		nodes = append(nodes, times, plus)
	}
	m.nodes = nodes
	return nil
}

// affine works out the factor and the offset of each channel. The offset uses
// the factor as rounded, so that x = mean gives the bias.
func affine(n *node) (factor, offset []float32) {
	scale, bias, mean, variance := n.in[1].data.Data, n.in[2].data.Data, n.in[3].data.Data, n.in[4].data.Data
	epsilon := float64(n.attributes["epsilon"].(float32))
	factor, offset = make([]float32, len(scale)), make([]float32, len(scale))
	for c := range scale {
		factor[c] = float32(float64(scale[c]) / math.Sqrt(float64(variance[c])+epsilon))
		offset[c] = float32(float64(bias[c]) - float64(mean[c])*float64(factor[c]))
	}
	return factor, offset
}

// channels shapes one number per channel to broadcast over x, N×C×…: C×1×….
func channels(name string, list []float32, x *value) *value {
	shape := tensor.Shape{len(list)}
	for range x.shape[2:] {
		shape = append(shape, 1)
	}
	return floats(name, tensor.Of(list, shape...))
}
