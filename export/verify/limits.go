package verify

import (
	"fmt"

	"github.com/ganzoo/ganzoo/export/onnxfile"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Bounds on what a model may ask for, beside the memory that a file of its size
// may take (package onnxfile). They are far above any generator of the zoo.
const (
	maxFile     = 1 << 29 // bytes
	maxNodes    = 1 << 14
	maxDeclared = 1 << 25 // elements in all inputs, outputs and value infos, whatever the batch
	maxValues   = 1 << 29 // elements of all results of one run together, many of which share their place
	maxWork     = 1 << 38 // multiply-adds of one run, some ten seconds

	// decoders is how many read the file: ours, then onnx-go.
	decoders = 2
)

// mayDeclare is how many elements inputs, outputs and value infos may have, as
// onnx-go makes a tensor of each. A batch that the file declares may take more.
func mayDeclare(file int, g *pb.GraphProto) int {
	batch := 1
	for _, in := range g.GetInput() {
		if dims := in.GetType().GetTensorType().GetShape().GetDim(); len(dims) > 0 {
			batch = max(batch, int(min(dims[0].GetDimValue(), onnxfile.MaxBatch)))
		}
	}
	return min(maxDeclared, (onnxfile.Allowance(file, batch)-3*file)/float32Bytes)
}

const float32Bytes = 4

// mayHold is how many bytes the values of a run may take beside a model of a file
// of so many bytes.
func mayHold(file int, inputs map[string]tensor.Shape) int {
	batch := 1
	for _, shape := range inputs {
		if len(shape) > 0 {
			batch = max(batch, shape[0])
		}
	}
	return onnxfile.Allowance(file, batch) - file
}

// checkWork bounds a built graph before it is compiled.
func checkWork(g *graph.Graph) error {
	if values, work := cost(g); values > maxValues || work > maxWork {
		return fmt.Errorf("it asks for %d values and %d operations; at most %d and %d are allowed", values, work, maxValues, maxWork)
	}
	return nil
}

// cost counts the elements of all results of a graph and the multiply-adds of a
// run, and stops counting when either is past its bound. No product overflows:
// each factor is at most operator.MaxElements.
func cost(g *graph.Graph) (values, work int) {
	for _, n := range g.Nodes() {
		size := n.Shape().Size()
		values += size
		work += size
		switch in := n.Operands(); n.Op() {
		case graph.OpGemm:
			inner := in[0].Shape()[1]
			if n.Attr().(graph.GemmAttr).TransA {
				inner = in[0].Shape()[0]
			}
			work += size * inner
		case graph.OpConv:
			work += size * in[1].Shape()[1:].Size()
		case graph.OpConvTranspose:
			work += in[0].Shape().Size() * in[1].Shape()[1:].Size()
		}
		if values > maxValues || work > maxWork {
			break
		}
	}
	return values, work
}
