package nn

import "github.com/ganzoo/ganzoo/graph"

// Halving is an optimiser whose rate is halved every so many updates.
type Halving struct {
	Optimizer
	Every int // updates; 0 leaves the rate as it is
}

// Bind implements Optimizer. Beside the optimiser's state it keeps the factor
// of the rate and the number of updates since it was last halved.
func (h Halving) Bind(scope string, params []*graph.Variable) *Updater {
	u := h.Optimizer.Bind(scope, params)
	if h.Every == 0 {
		return u
	}
	factor, since := u.scalar(scope+".rate_factor"), u.scalar(scope+".rate_since")
	factor.Value.Data[0] = 1
	begin := u.begin
	u.begin = func(g *graph.Graph) rule {
		update := begin(g)
		now, count := g.Variable(factor), g.Variable(since).Add(1)
		due := count.GreaterOrEqual(h.Every)
		g.Assign(factor, due.Where(now.Mul(0.5), now))
		g.Assign(since, due.Where(0, count))
		return func(i int, w, grad *graph.Node) *graph.Node {
			return w.Add(update(i, w, grad).Sub(w).Mul(now))
		}
	}
	return u
}
