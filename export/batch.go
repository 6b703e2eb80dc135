package export

import (
	"github.com/ganzoo/ganzoo/graph"
)

// batched tells whether axis 0 of the node's value is the batch, from whether it
// is for the operands. A node that mixes examples, or moves the batch to
// another axis, has no form for an open batch: the reason says why.
//
// The graph has been built at batch 1, so the proof is by the ops: each either
// keeps axis 0 apart or is refused. What a Reshape does with it CheckBatch tells.
func batched(n *graph.Node, in []*value) (batch bool, reason string) {
	count := 0
	for _, v := range in {
		if v.batch {
			count++
		}
	}
	if count == 0 {
		return false, ""
	}
	shape := n.Shape()
	if len(shape) == 0 || shape[0] != 1 {
		return false, "its first axis is not the batch"
	}
	switch n.Op() {
	case graph.OpGemm:
		if a := n.Attr().(graph.GemmAttr); a.TransA || !in[0].batch || in[1].batch {
			return false, "only its first factor may depend on the input, and not transposed"
		}
	case graph.OpConv, graph.OpConvTranspose, graph.OpBatchNormalization:
		if !in[0].batch || count > 1 {
			return false, "only the image may depend on the input"
		}
	case graph.OpReduceSum, graph.OpReduceMax:
		if n.Attr().(graph.AxesAttr).Has(0) {
			return false, "it reduces over the batch"
		}
	case graph.OpTranspose:
		if n.Attr().(graph.PermAttr).Perm[0] != 0 {
			return false, "it moves the batch to another axis"
		}
	case graph.OpConcat:
		if n.Attr().(graph.AxisAttr).Axis == 0 || count < len(in) {
			return false, "it joins examples, or examples with constants"
		}
	case graph.OpSlice:
		if n.Attr().(graph.SliceAttr).Axis == 0 {
			return false, "it cuts the batch"
		}
	case graph.OpReshape:
	default: // element-wise: broadcasting aligns the last axes
		for _, v := range in {
			if v.batch && len(v.shape) != len(shape) {
				return false, "its operands have the batch on different axes"
			}
		}
	}
	return true, ""
}
