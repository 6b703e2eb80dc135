package nn

import "github.com/ganzoo/ganzoo/graph"

// RMSProp divides by a running root mean square of the gradients (Tieleman &
// Hinton 2012, lecture 6.5), with ε outside the root as in PyTorch:
//
//	v ← α·v + (1−α)·g²
//	w ← w − rate·g/(√v + ε)
type RMSProp struct {
	Rate    float64
	Alpha   float64 // α; 0 means PyTorch's 0.99
	Epsilon float64 // ε; 0 means PyTorch's 1e-8
}

// Bind implements Optimizer.
func (o RMSProp) Bind(scope string, params []*graph.Variable) *Updater {
	alpha, epsilon := orDefault(o.Alpha, 0.99), orDefault(o.Epsilon, 1e-8)
	u := &Updater{Params: params}
	square := u.moments(scope, "square")
	u.begin = func(g *graph.Graph) rule {
		return func(i int, w, grad *graph.Node) *graph.Node {
			v := g.Variable(square[i]).Mul(alpha).Add(grad.Square().Mul(1 - alpha))
			g.Assign(square[i], v)
			return w.Sub(grad.Div(v.Sqrt().Add(epsilon)).Mul(o.Rate))
		}
	}
	return u
}

func orDefault(v, fallback float64) float64 {
	if v == 0 {
		return fallback
	}
	return v
}
