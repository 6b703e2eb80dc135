package metrics

import (
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// ModesSamples is the number of samples the published figures are taken on.
const ModesSamples = 2500

// ModeCoverage says how well samples cover the modes of a mixture.
type ModeCoverage struct {
	Modes       int     // of the mixture
	Captured    int     // modes with at least one high-quality sample
	HighQuality float64 // share of the samples within 3σ of their nearest centre, 0 … 1
	ReverseKL   float64 // nats, 0 … ln Modes; lower is better
	Counts      []int   // samples by nearest centre
}

// Modes measures samples (N×2) against a mixture of equally likely Gaussians
// of standard deviation sd round the centres. With q the shares of the K modes
// among the samples, each counted for its nearest centre, the reverse KL is
//
//	KL(q ‖ uniform) = Σₖ qₖ ln(K qₖ)
//
// Without centres, or with an sd that is not above zero, there is a fault of kind Usage.
//
// Source: Lin et al., PacGAN, arXiv:1712.04086, section 4.1; after Srivastava
// et al., VEEGAN, arXiv:1705.07761.
func Modes(samples *tensor.Tensor, centres [][2]float64, sd float64) (ModeCoverage, error) {
	if err := checkPoints(samples, "samples"); err != nil {
		return ModeCoverage{}, err
	}
	if len(centres) == 0 || !(sd > 0) {
		return ModeCoverage{}, fault.New(fault.Usage, "no mixture to count the modes of", "", "choose data with modes: ring8 or grid25")
	}
	m := ModeCoverage{Modes: len(centres), Counts: make([]int, len(centres))}
	captured := make([]bool, len(centres))
	n := samples.Shape[0]
	good := 0
	for i := range n {
		x, y := float64(samples.Data[2*i]), float64(samples.Data[2*i+1])
		nearest, distance := 0, math.Inf(1)
		for k, c := range centres {
			if d := math.Hypot(x-c[0], y-c[1]); d < distance {
				nearest, distance = k, d
			}
		}
		m.Counts[nearest]++
		if distance <= 3*sd {
			good++
			captured[nearest] = true
		}
	}
	for _, yes := range captured {
		if yes {
			m.Captured++
		}
	}
	m.HighQuality = float64(good) / float64(n)
	m.ReverseKL = reverseKL(m.Counts)
	return m, nil
}

// reverseKL is Σₖ qₖ ln(K qₖ) of the shares q of K counts.
func reverseKL(counts []int) float64 {
	n := 0
	for _, c := range counts {
		n += c
	}
	kl := 0.0
	for _, c := range counts {
		if c > 0 { // 0·ln 0 = 0
			q := float64(c) / float64(n)
			kl += q * math.Log(float64(len(counts))*q)
		}
	}
	return max(kl, 0) // the sum's rounding can fall below
}
