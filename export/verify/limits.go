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
	maxWork     = 1 << 41 // multiply-adds of one run, a few minutes
)

// checkWork bounds a built graph before it is compiled.
func checkWork(g *graph.Graph) error {
	values, work := 0, 0
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
		// No product above overflows: each factor is below 2^29.
		if values > maxValues || work > maxWork {
			return fmt.Errorf("it asks for more than %d values or %d operations", maxValues, maxWork)
		}
	}
	return nil
}
