package gan

import (
	"strings"

	"github.com/ganzoo/ganzoo/graph"
)

// historicalAveraging adds to each player's loss λ·‖θ − mean of θᵢ‖², the
// distance of its weights θ from the mean of all that they were at the steps i
// before (Salimans et al. 2016, arXiv:1606.03498, section 3.3), as fictitious
// play does.
var historicalAveraging = trick{
	settings: []Param{{Name: "historical_averaging", Default: 0.0, On: 1e-3, Max: 100, Doc: "weight of the distance to the mean of all earlier weights (1606.03498)"}},
	state: func(m *Model) {
		if m.Settings.Param("historical_averaging") == 0 {
			return
		}
		m.historyD = newHistory(m.updateD.Params)
		m.historyG = newHistory(m.updateG.Params)
		m.kept = append(m.kept, m.historyD.variables()...)
		m.kept = append(m.kept, m.historyG.variables()...)
	},
	discriminator: func(s *Step, loss *graph.Node) *graph.Node {
		return s.model.historyD.pull(s, discriminating, loss)
	},
	generator: func(s *Step, loss *graph.Node) *graph.Node {
		return s.model.historyG.pull(s, generating, loss)
	},
}

// history is the mean of all values that some weights had.
type history struct {
	count *graph.Variable // of the values
	means []averaged
}

// newHistory has seen no values yet; its means begin at the present ones, from
// which the first distance is zero.
func newHistory(weights []*graph.Variable) *history {
	network, _, _ := strings.Cut(weights[0].Name, ".")
	h := &history{count: graph.NewVariable(network+".history.count", false)}
	for _, w := range weights {
		mean := &graph.Variable{Name: network + ".history." + w.Name, Value: w.Value.Clone()}
		h.means = append(h.means, averaged{w, mean})
	}
	return h
}

func (h *history) variables() []*graph.Variable {
	list := []*graph.Variable{h.count}
	for _, a := range h.means {
		list = append(list, a.mean)
	}
	return list
}

// pull adds the distance to the mean and takes the present weights into it: in
// the player's own phase only. A nil history adds nothing.
func (h *history) pull(s *Step, own phase, loss *graph.Node) *graph.Node {
	if h == nil || s.phase != own {
		return loss
	}
	g := s.Graph
	count := g.Variable(h.count).Add(1)
	g.Assign(h.count, count)
	distance := g.Scalar(0)
	for _, a := range h.means {
		mean := g.Variable(a.mean)
		off := g.Variable(a.live).Sub(mean)
		distance = distance.Add(off.Square().Sum())
		g.Assign(a.mean, mean.Add(off.StopGradient().Div(count)))
	}
	return loss.Add(distance.Mul(s.Param("historical_averaging")))
}
