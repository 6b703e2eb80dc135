package export

import "slices"

// pass rewrites a model into one that computes the same.
type pass struct {
	name string
	run  func(*model) error
}

// passes lead from the graph as written to the model as shipped.
var passes = []pass{
	{"drop identities", dropIdentities},
	{"merge reshapes", mergeReshapes},
	{"fold constants", foldConstants},
	{"gather softmax", gatherSoftmax},
	{"spell out batch normalisation", spellOutBatchNormalization},
	{"fold affine maps", foldAffineMaps},
	{"turn Gemm weights", turnGemmWeights},
	{"fit constants", fitConstants},
	{"drop dead nodes", dropDeadNodes},
	{"settle batches", settleBatches},
	{"detach outputs", detachOutputs},
	{"name", nameAll},
}

// dropDeadNodes removes nodes that no output needs.
func dropDeadNodes(m *model) error {
	for _, n := range slices.Backward(slices.Clone(m.nodes)) {
		if m.uses(n.out) == 0 {
			m.remove(n)
		}
	}
	return nil
}
