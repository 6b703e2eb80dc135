package gan

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
)

// average is the exponential moving average of a network's variables. A nil one
// keeps nothing.
type average struct {
	of    []averaged
	steps *graph.Variable
	decay float64
}

// averaged is a variable with its average.
type averaged struct{ live, mean *graph.Variable }

// newAverage starts at the variables' first values; nil with a decay of 0.
func newAverage(live []*graph.Variable, steps string, decay float64) *average {
	if decay == 0 {
		return nil
	}
	a := &average{steps: graph.NewVariable("average."+steps, false), decay: decay}
	for _, v := range live {
		a.of = append(a.of, averaged{v, &graph.Variable{Name: "average." + v.Name, Value: v.Value.Clone()}})
	}
	return a
}

// variables lists what a checkpoint must keep.
func (a *average) variables() []*graph.Variable {
	if a == nil {
		return nil
	}
	var list []*graph.Variable
	for _, v := range a.of {
		list = append(list, v.mean)
	}
	return append(list, a.steps)
}

// update moves the average towards the new values of the network's parameters, and
// of its running statistics as the context has moved them: mean ← mean +
// (1−decay)·(new − mean). The decay begins low, as (1+t)/(10+t) after t steps, so
// that the first weights are soon forgotten.
func (a *average) update(g *graph.Graph, c *nn.Context, params []*graph.Variable, values []*graph.Node) {
	if a == nil {
		return
	}
	next := map[*graph.Variable]*graph.Node{}
	for i, v := range params {
		next[v] = values[i]
	}
	t := g.Variable(a.steps)
	g.Assign(a.steps, t.Add(1))
	rest := g.Scalar(1).Sub(t.Add(1).Div(t.Add(10)).Min(a.decay))
	for _, v := range a.of {
		value := next[v.live]
		if value == nil {
			value = c.Moved(g, v.live)
		}
		mean := g.Variable(v.mean)
		g.Assign(v.mean, mean.Add(value.Sub(mean).Mul(rest)))
	}
}

// swap names the averages as what is to be read in place of the variables.
func (a *average) swap() map[*graph.Variable]*graph.Variable {
	if a == nil {
		return nil
	}
	swap := map[*graph.Variable]*graph.Variable{}
	for _, v := range a.of {
		swap[v.live] = v.mean
	}
	return swap
}

// settle puts the averages in the place of the variables for good: in a model that
// trains no further.
func (a *average) settle() {
	if a == nil {
		return
	}
	for _, v := range a.of {
		copy(v.live.Value.Data, v.mean.Value.Data)
	}
}
