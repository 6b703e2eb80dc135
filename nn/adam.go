package nn

import "github.com/ganzoo/ganzoo/graph"

// Adam is adaptive moment estimation (Kingma & Ba 2014, arXiv:1412.6980,
// algorithm 1), with ε where PyTorch has it:
//
//	m ← β₁·m + (1−β₁)·g
//	v ← β₂·v + (1−β₂)·g²
//	w ← w − rate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
type Adam struct {
	Rate    float64
	Beta1   float64 // β₁; GANs take 0.5 or 0, not the paper's 0.9
	Beta2   float64 // β₂
	Epsilon float64 // ε; 0 means the paper's 1e-8
}

// Bind implements Optimizer. With β₁ = 0 the mean m is the gradient, and no memory is
// taken for it. The counter t is kept as the two corrections c = 1−βᵗ themselves, which
// obey c ← c + (1−c)·(1−β): in float32 the difference 1−βᵗ would lose four digits while t
// is small.
func (o Adam) Bind(scope string, params []*graph.Variable) *Updater {
	epsilon := orDefault(o.Epsilon, 1e-8)
	u := &Updater{Params: params}
	var first []*graph.Variable
	if o.Beta1 != 0 {
		first = u.moments(scope, "first")
	}
	second := u.moments(scope, "second")
	corrections := [2]*graph.Variable{u.scalar(scope + ".correction1"), u.scalar(scope + ".correction2")}

	u.begin = func(g *graph.Graph) rule {
		var c [2]*graph.Node
		for i, beta := range []float64{o.Beta1, o.Beta2} {
			old := g.Variable(corrections[i])
			c[i] = old.Add(g.Scalar(1).Sub(old).Mul(1 - beta))
			g.Assign(corrections[i], c[i])
		}
		rate := g.Scalar(o.Rate).Div(c[0])
		unbias := c[1].Sqrt().Reciprocal()

		return func(i int, w, grad *graph.Node) *graph.Node {
			m := grad
			if first != nil {
				m = g.Variable(first[i]).Mul(o.Beta1).Add(grad.Mul(1 - o.Beta1))
				g.Assign(first[i], m)
			}
			v := g.Variable(second[i]).Mul(o.Beta2).Add(grad.Square().Mul(1 - o.Beta2))
			g.Assign(second[i], v)
			return w.Sub(m.Div(v.Sqrt().Mul(unbias).Add(epsilon)).Mul(rate))
		}
	}
	return u
}
