// Package ebgan is the energy-based GAN (Zhao et al. 2016, arXiv:1609.03126).
//
// The discriminator is an auto-encoder, and an example's energy how badly it is
// given back, D(v) = ‖Dec(Enc(v)) − v‖ (section 2.3). Data are to have a low
// energy, samples one of at least the margin m (equations 1 and 2):
//
//	discriminator: E D(x) + E(m − D(x̃))₊
//	generator:     E D(x̃) + w·PT
//
// The pull-away term PT keeps samples from being alike (equation 4): the mean
// over all pairs i ≠ j of a batch of the squared cosine between their codes,
// S = Enc(x̃). In the generator's loss samples are both what is encoded and what
// is to be given back; the gradient takes both ways.
package ebgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the margin of the paper's grid on MNIST and the pull-away term of
// its EBGAN-PT. The preset has that grid's dense networks.
var Variant = &gan.Variant{
	Name:  "ebgan",
	Title: "Energy-based GAN",
	Year:  2016,
	Paper: "arXiv:1609.03126",
	Objective: `D(v) = ‖Dec(Enc(v)) − v‖
discriminator: E D(x) + E(m − D(x̃))₊
generator:     E D(x̃) + w·mean over i≠j of cos²(Enc(x̃ᵢ), Enc(x̃ⱼ))`,

	Params: []gan.Param{
		{Name: "margin", Default: 10.0, Max: 1e6, Doc: "m, energy above which a sample no longer counts"},
		{Name: "pull_away", Default: 0.1, Max: 1e4, Doc: "w, weight of the pull-away term; 0 leaves it out"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 1e-3, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points:   gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"margin": 1.0}},
	Original: gan.Setup{Arch: "mlp", Set: map[string]any{"norm_d": "batch", "norm_g": "batch", "ema": 0.0}},

	Autoencoder:   true,
	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real, _ := energy(s, s.Real)
	fake, _ := energy(s, s.Fake)
	s.Report("energy of data", real)
	s.Report("energy of samples", fake)
	return real.Mean().Add(fake.Neg().Add(s.Param("margin")).Relu().Mean())
}

func generator(s *gan.Step) *graph.Node {
	fake, codes := energy(s, s.Fake)
	loss := fake.Mean()
	if weight := s.Param("pull_away"); weight > 0 {
		alike := pullAway(codes)
		s.Report("pull-away", alike)
		loss = loss.Add(alike.Mul(weight))
	}
	return loss
}

// energy returns D(v) of each example, N, and its code, N×….
func energy(s *gan.Step, v *graph.Node) (energies, codes *graph.Node) {
	back, codes := s.DWithFeatures(v)
	return back.Sub(v).Norms(), codes
}

// pullAway is 1/(N(N−1))·Σᵢ Σ_{j≠i} cos²(Sᵢ, Sⱼ) of codes S, N×….
func pullAway(codes *graph.Node) *graph.Node {
	n := codes.Shape()[0]
	rows := codes.PerExample()
	rows = rows.Div(rows.Norms().Reshape(n, 1))
	all := graph.Gemm(rows, rows, false, true).Square().Sum()
	themselves := rows.Square().Sum(1).Square().Sum() // the diagonal, i = j
	return all.Sub(themselves).Mul(1 / float64(n*(n-1)))
}
