package verify

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
)

// Bounds on what a model may ask for. They are far above any generator of the
// zoo and keep a hostile file from exhausting the machine.
const (
	maxFile     = 1 << 29 // bytes; the decoders hold about three copies
	maxNodes    = 1 << 14
	maxDeclared = 1 << 25 // elements in all inputs, outputs and value infos: onnx-go allocates them
	maxValues   = 1 << 29 // elements of all results of one run together, 2 GiB
	maxWork     = 1 << 38 // multiply-adds of one run, some ten seconds
)

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
