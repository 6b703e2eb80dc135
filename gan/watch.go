package gan

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

const (
	// explodedLoss is far beyond what any objective here has when it learns: a
	// critic's scores on images stay below some thousands.
	explodedLoss = 1e6
	// explodedSteps is how many steps in a row may exceed it.
	explodedSteps = 20
)

// watch notices a training that has left the rails.
type watch struct{ exploded int }

// check looks at the losses of a step.
func (w *watch) check(step int64, d, g float64) error {
	if !finite(d) || !finite(g) {
		return diverged(fmt.Sprintf("the losses are no longer numbers (d %v, g %v)", d, g), step)
	}
	if math.Abs(d) < explodedLoss && math.Abs(g) < explodedLoss {
		w.exploded = 0
		return nil
	}
	if w.exploded++; w.exploded >= explodedSteps {
		return diverged(fmt.Sprintf("the losses exploded (d %.3g, g %.3g)", d, g), step)
	}
	return nil
}

// checkWeights looks for numbers that no training comes back from, before they
// are kept.
func checkWeights(step int64, variables []*graph.Variable) error {
	for _, v := range variables {
		for _, x := range v.Value.Data {
			if !finite(float64(x)) {
				return diverged(fmt.Sprintf("the variable %s holds %v", v.Name, x), step)
			}
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// diverged says nothing of checkpoints: whether there is one of before is for
// those to tell who can see the run folder.
func diverged(what string, step int64) error {
	return fault.New(fault.Diverged, "the training diverged: "+what, fmt.Sprintf("step %d", step),
		"try a lower learning rate (--set lr_d=… --set lr_g=…) or another --seed")
}
