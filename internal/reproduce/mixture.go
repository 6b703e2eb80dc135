package reproduce

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// gaussian is a normal density on the line.
type gaussian struct{ mean, sd float64 }

func (g gaussian) density(x float64) float64 {
	u := (x - g.mean) / g.sd
	return math.Exp(-u*u/2) / (g.sd * math.Sqrt(2*math.Pi))
}

// mixture is two Gaussians on the line, the first with the given share.
type mixture struct {
	share  float64
	first  gaussian
	second gaussian
}

func (m mixture) density(x float64) float64 {
	return m.share*m.first.density(x) + (1-m.share)*m.second.density(x)
}

// fGANMixture is the data of f-GAN's section 2.5. The paper does not state it:
// this is the one mixture of two Gaussians for which all fifteen figures of its
// table (a divergence, a mean and a deviation for each of five divergences) are
// right to within 0.001, found by least squares and rounded.
var fGANMixture = mixture{0.33, gaussian{-1, 0.2549}, gaussian{2, math.Sqrt2}}

// fDivergence is D_f(P‖Q) = ∫ q·f(p/q), by what is under the integral.
type fDivergence struct {
	name string // as fgan has it
	of   func(p, q float64) float64
}

var fDivergences = []fDivergence{
	{"kl", func(p, q float64) float64 { return p * math.Log(p/q) }},
	{"reverse-kl", func(p, q float64) float64 { return q * math.Log(q/p) }},
	{"js", func(p, q float64) float64 { return p*math.Log(2*p/(p+q)) + q*math.Log(2*q/(p+q)) }},
	{"pearson", func(p, q float64) float64 { return (p - q) * (p - q) / q }},
	{"squared-hellinger", func(p, q float64) float64 { d := math.Sqrt(p) - math.Sqrt(q); return d * d }},
}

// The integrals are sums over this grid: beyond it neither density has weight,
// and the sum of a smooth function that vanishes at both ends converges faster
// than any power of the step.
const (
	gridFrom = -16.0
	gridTo   = 18.0
	gridStep = 0.01
)

// between is the divergence of the mixture from a Gaussian.
func (d *fDivergence) between(m mixture, g gaussian) float64 {
	sum := 0.0
	for x := gridFrom; x < gridTo; x += gridStep {
		p, q := m.density(x), g.density(x)
		if p > 0 && q > 0 {
			sum += d.of(p, q) * gridStep
		}
	}
	return sum
}

// closest is the Gaussian that the divergence of the mixture from it is least
// for, and that divergence.
func (d *fDivergence) closest(m mixture) (gaussian, float64, error) {
	at := func(x []float64) gaussian { return gaussian{x[0], math.Exp(x[1])} }
	problem := optimize.Problem{Func: func(x []float64) float64 { return d.between(m, at(x)) }}
	start := []float64{1, math.Log(1.8)}
	result, err := optimize.Minimize(problem, start, nil, &optimize.NelderMead{})
	if err != nil {
		return gaussian{}, 0, err
	}
	return at(result.X), result.F, nil
}

// quantiles are n numbers that stand for the mixture: its quantiles at
// (i + at)/n, which vary far less than n draws from it.
func (m mixture) quantiles(n int, at float64) []float32 {
	below := func(x float64) float64 {
		return m.share*standardBelow((x-m.first.mean)/m.first.sd) + (1-m.share)*standardBelow((x-m.second.mean)/m.second.sd)
	}
	list := make([]float32, n)
	for i := range list {
		share := (float64(i) + at) / float64(n)
		low, high := gridFrom, gridTo
		for high-low > 1e-6 {
			if middle := (low + high) / 2; below(middle) < share {
				low = middle
			} else {
				high = middle
			}
		}
		list[i] = float32(low)
	}
	return list
}

// standardBelow is the share of the standard normal distribution below x.
func standardBelow(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// standardQuantiles are quantiles for the standard normal distribution.
func standardQuantiles(n int, at float64) []float32 {
	return mixture{1, gaussian{0, 1}, gaussian{0, 1}}.quantiles(n, at)
}

// findDivergence returns the divergence of that name.
func findDivergence(name string) *fDivergence {
	return &fDivergences[slices.IndexFunc(fDivergences, func(d fDivergence) bool { return d.name == name })]
}
