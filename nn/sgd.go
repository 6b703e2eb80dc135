package nn

import "github.com/ganzoo/ganzoo/graph"

// SGD is gradient descent, with PyTorch's form of momentum when μ > 0:
//
//	b ← μ·b + g
//	w ← w − rate·b
type SGD struct {
	Rate     float64
	Momentum float64 // μ
}

// Bind implements Optimizer.
func (o SGD) Bind(scope string, params []*graph.Variable) *Updater {
	u := &Updater{Params: params}
	var buffer []*graph.Variable
	if o.Momentum != 0 {
		buffer = u.moments(scope, "momentum")
	}
	u.begin = func(g *graph.Graph) rule {
		return func(i int, w, grad *graph.Node) *graph.Node {
			if buffer != nil {
				grad = g.Variable(buffer[i]).Mul(o.Momentum).Add(grad)
				g.Assign(buffer[i], grad)
			}
			return w.Sub(grad.Mul(o.Rate))
		}
	}
	return u
}
