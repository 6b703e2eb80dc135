package fgan

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/optimize"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// byF has each divergence by its function f (table 1 of the paper, and f′), from
// which everything that the variant computes must follow.
var byF = map[string]struct{ f, slope func(u float64) float64 }{
	"kl":         {func(u float64) float64 { return u * math.Log(u) }, func(u float64) float64 { return 1 + math.Log(u) }},
	"reverse-kl": {func(u float64) float64 { return -math.Log(u) }, func(u float64) float64 { return -1 / u }},
	"pearson":    {func(u float64) float64 { return (u - 1) * (u - 1) }, func(u float64) float64 { return 2 * (u - 1) }},
	"squared-hellinger": {
		func(u float64) float64 { return (math.Sqrt(u) - 1) * (math.Sqrt(u) - 1) },
		func(u float64) float64 { return 1 - 1/math.Sqrt(u) },
	},
	"js": {
		func(u float64) float64 { return -(u+1)*math.Log((1+u)/2) + u*math.Log(u) },
		func(u float64) float64 { return math.Log(2 * u / (1 + u)) },
	},
	"gan": {
		func(u float64) float64 { return u*math.Log(u) - (u+1)*math.Log(u+1) },
		func(u float64) float64 { return math.Log(u / (1 + u)) },
	},
}

// inverse turns T = g(V) back into V.
var inverse = map[string]func(t float64) float64{
	"kl":                func(t float64) float64 { return t },
	"reverse-kl":        func(t float64) float64 { return -math.Log(-t) },
	"pearson":           func(t float64) float64 { return t },
	"squared-hellinger": func(t float64) float64 { return -math.Log(1 - t) },
	"js":                func(t float64) float64 { return -math.Log(2*math.Exp(-t) - 1) },
	"gan":               func(t float64) float64 { return -math.Log(math.Exp(-t) - 1) },
}

// The data of the oracle: a mixture of two Gaussians on a line, to which one
// Gaussian is fitted.
func mixture(x float64) float64 { return 0.35*gaussian(x, -1, 0.6) + 0.65*gaussian(x, 1, 0.8) }

func gaussian(x, mu, sd float64) float64 {
	z := (x - mu) / sd
	return math.Exp(-z*z/2) / (sd * math.Sqrt(2*math.Pi))
}

// line is where the integrals are taken. At its ends both densities are small
// and still numbers, so that their ratio is one too.
var line = func() []float64 {
	xs := make([]float64, 1201)
	for i := range xs {
		xs[i] = -5 + float64(i)/120
	}
	return xs
}()

func integral(f func(x float64) float64) float64 {
	ys := make([]float64, len(line))
	for i, x := range line {
		ys[i] = f(x)
	}
	return integrate.Simpsons(line, ys)
}

// divergenceTo is D_f of the mixture from N(μ, σ²), by its definition.
func divergenceTo(name string, mu, sd float64) float64 {
	return integral(func(x float64) float64 {
		q := gaussian(x, mu, sd)
		return q * byF[name].f(mixture(x)/q)
	})
}

// activated runs the variant's g and f*∘g on values of V.
func activated(t *testing.T, d divergence, v []float32) (g, conjugate []float32) {
	t.Helper()
	b := graph.New(d.name)
	in := b.Input("v", len(v))
	b.Output("g", d.g(in))
	b.Output("conjugate", d.conjugate(in))
	run := b.MustCompile(graph.Options{})
	copy(run.Input("v"), v)
	run.Run(0)
	return run.Output("g").Data, run.Output("conjugate").Data
}

// TestBoundIsTight: with the best V, for which g(V) = f′(p/q), the variational
// bound is the divergence itself (equation 5), by numerical integration. A wrong
// conjugate or a wrong activation gives another number.
func TestBoundIsTight(t *testing.T) {
	for _, d := range divergences {
		t.Run(d.name, func(t *testing.T) {
			mu, sd := 0.3, 1.2
			v := make([]float32, len(line))
			for i, x := range line {
				v[i] = float32(inverse[d.name](byF[d.name].slope(mixture(x) / gaussian(x, mu, sd))))
			}
			g, conjugate := activated(t, d, v)
			i := -1
			bound := integral(func(x float64) float64 {
				i++
				return mixture(x)*float64(g[i]) - gaussian(x, mu, sd)*float64(conjugate[i])
			})
			if want := divergenceTo(d.name, mu, sd); math.Abs(bound-want) > 1e-4*math.Abs(want) {
				t.Errorf("the bound is %.6f, the divergence %.6f", bound, want)
			}
		})
	}
}

// best finds the Gaussian of the least divergence from the mixture: the oracle.
func best(t *testing.T, name string) (mu, sd float64) {
	t.Helper()
	problem := optimize.Problem{Func: func(p []float64) float64 { return divergenceTo(name, p[0], math.Exp(p[1])) }}
	result, err := optimize.Minimize(problem, []float64{0, 0}, nil, &optimize.NelderMead{})
	if err != nil {
		t.Fatal(err)
	}
	return result.X[0], math.Exp(result.X[1])
}

// TestGeneratorGoesToTheOracle fits a Gaussian by the generator's own loss, its
// saturating form, which is the paper's: V is the best one for the Gaussian at
// hand, and the samples x̃ = μ + σz take its place on a grid of quantiles. The
// gradient of the loss by μ and σ, with V held, must vanish where the divergence
// is least, and nowhere near.
func TestGeneratorGoesToTheOracle(t *testing.T) {
	for _, d := range divergences {
		t.Run(d.name, func(t *testing.T) {
			mu, sd := best(t, d.name)
			atBest := slopeOfLoss(t, d, mu, sd)
			for i, off := range [][2]float64{{mu + 0.2, sd}, {mu - 0.2, sd}, {mu, sd * 1.2}, {mu, sd / 1.2}} {
				slope := slopeOfLoss(t, d, off[0], off[1])
				axis := i / 2
				if towards := off[axis] - [2]float64{mu, sd}[axis]; slope[axis]*towards <= 0 {
					t.Errorf("at (%.2f, %.2f) the loss does not fall towards (%.2f, %.2f)", off[0], off[1], mu, sd)
				}
				if math.Abs(atBest[axis]) > 0.05*math.Abs(slope[axis]) {
					t.Errorf("at the best fit the slope is %.4f, near by %.4f", atBest[axis], slope[axis])
				}
			}
			t.Logf("μ %.3f, σ %.3f", mu, sd)
		})
	}
}

// slopeOfLoss is the derivative of −E f*(g(V(x̃))), x̃ = μ + σz, by μ and σ.
// V is a function of x alone; its derivative along x is taken by differences.
func slopeOfLoss(t *testing.T, d divergence, mu, sd float64) [2]float64 {
	const h = 1e-2
	optimum := func(x float64) float32 {
		return float32(inverse[d.name](byF[d.name].slope(mixture(x) / gaussian(x, mu, sd))))
	}
	low, high := make([]float32, len(line)), make([]float32, len(line))
	for i, x := range line {
		low[i], high[i] = optimum(x-h), optimum(x+h)
	}
	_, before := activated(t, d, low)
	_, after := activated(t, d, high)
	along := func(weight func(x float64) float64) float64 {
		i := -1
		return integral(func(x float64) float64 {
			i++
			return -gaussian(x, mu, sd) * weight(x) * float64(after[i]-before[i]) / (2 * h)
		})
	}
	return [2]float64{
		along(func(float64) float64 { return 1 }),
		along(func(x float64) float64 { return (x - mu) / sd }),
	}
}

// TestLossesByHand has V of 1 on data and −2 on samples.
func TestLossesByHand(t *testing.T) {
	sp, e := gantest.Softplus, math.Exp
	for _, tc := range []struct {
		divergence       string
		g, conjugateFake float64 // g(1), f*(g(−2))
		gFake            float64 // g(−2)
	}{
		{"kl", 1, e(-3), -2},
		{"reverse-kl", -e(-1), -3, -e(2)},
		{"pearson", 1, -1, -2},
		{"squared-hellinger", 1 - e(-1), e(-2) - 1, 1 - e(2)},
		{"js", math.Ln2 - sp(-1), sp(-2) - math.Ln2, math.Ln2 - sp(2)},
		{"gan", -sp(-1), sp(-2), -sp(2)},
	} {
		for loss, want := range map[string]float64{saturating: -tc.conjugateFake, nonSaturating: -tc.gFake} {
			c := zoo.Config{Batch: 2, Params: map[string]string{"divergence": tc.divergence, "loss": loss, "lr_d": "0"}}
			m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0})
			d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
			gantest.Run(t, d, map[string][]float32{"real": {1, 0, 1, 0}, "z": {-2, 0, -2, 0}})
			gantest.Near(t, tc.divergence+": discriminator's loss", d.Loss(), -tc.g+tc.conjugateFake)
			gantest.Run(t, g, map[string][]float32{"z": {-2, 0, -2, 0}})
			gantest.Near(t, tc.divergence+": generator's loss", g.Loss(), want)
		}
	}
}

// TestEveryDivergenceOnPoints: each takes a step that leaves finite weights.
func TestEveryDivergenceOnPoints(t *testing.T) {
	for _, d := range divergences {
		c := zoo.Config{Batch: 4, Params: map[string]string{"divergence": d.name}}
		m, _, err := gan.NewModel(Variant, c, &gantest.Points)
		if err != nil {
			t.Fatal(err)
		}
		step := gantest.Discriminator(t, m)
		tensor.NewStream(1, "data", 0).Normal(step.Input("real"))
		tensor.NewStream(1, "z", 0).Normal(step.Input("z"))
		step.Run(0)
		if math.IsNaN(step.Loss()) || math.IsInf(step.Loss(), 0) {
			t.Errorf("%s: the loss is %v", d.name, step.Loss())
		}
	}
}
