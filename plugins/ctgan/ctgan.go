// Package ctgan is the consistency-term GAN (Wei et al. 2018, "Improving the
// Improved Training of Wasserstein GANs: A Consistency Term and Its Dual Effect",
// arXiv:1803.01541).
//
// To the critic of WGAN-GP, whose penalty looks between data and samples, it
// adds a Lipschitz condition at the data: an example and the same seen through
// another dropout, x′ and x″, must be scored alike (equation 5). With h the
// features that the last layer takes,
//
//	E f(x̃) − E f(x) + λ·E(‖∇f(x̂)‖₂ − 1)²
//	+ E(λ₂·(d(f(x′), f(x″)) + 0.1·d(h(x′), h(x″))) − M′)₊
//
// As in the authors' code d is the squared difference, averaged over features.
package ctgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Variant has the paper's settings, with two critic updates by default; the
// preset has five.
var Variant = &gan.Variant{
	Name:  "ctgan",
	Title: "Wasserstein GAN with a consistency term",
	Year:  2018,
	Paper: "arXiv:1803.01541",
	Objective: `critic:    E f(x̃) − E f(x) + λ E(‖∇f(x̂)‖₂ − 1)²
           + E(λ₂(d(f(x′),f(x″)) + 0.1·d(h(x′),h(x″))) − M′)₊ over two dropouts
generator: −E f(x̃)`,

	Params: []gan.Param{
		{Name: "lambda", Default: 10.0, Max: 1e4, Doc: "λ, weight of the gradient penalty"},
		{Name: "lambda2", Default: 2.0, Max: 1e4, Doc: "λ₂, weight of the consistency term"},
		{Name: "margin", Default: 0.0, Max: 1e4, Doc: "M′, inconsistency that costs nothing"},
		{Name: "norm_d", Default: "none", Choices: []string{"none", "layer"}, Doc: "normalisation in the discriminator; of the batch is not allowed, the penalty is per example"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 4000, Set: map[string]any{
		"lr_d": 5e-4, "lr_g": 1e-3, "beta1": 0.5, "beta2": 0.9, "n_critic": 2, "dropout": 0.2,
	}},
	Points: gan.Setup{Batch: 256, Steps: 5000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "lambda": 0.1}},
	Original: gan.Setup{Steps: 50_000, Set: map[string]any{
		"lr_d": 1e-4, "lr_g": 1e-4, "n_critic": 5, "dropout": 0.5, "ema": 0.0,
	}},

	PerExample:    true,
	Check:         check,
	Discriminator: critic,
	Generator:     generator,
}

// check refuses to train without dropout: both passes would be the same, and the
// consistency term zero.
func check(s *gan.Settings) error {
	if s.Param("dropout") == 0 && s.Param("lambda2") > 0 {
		return fault.New(fault.Usage, "the consistency term compares two dropouts, and there is none",
			"--set dropout", "give one, like 0.2, or add --set lambda2=0")
	}
	return nil
}

func critic(s *gan.Step) *graph.Node {
	real, features := s.DWithFeatures(s.Real)       // f(x′), h(x′)
	again, featuresAgain := s.DWithFeatures(s.Real) // f(x″), h(x″): another dropout
	distance := real.Mean().Sub(s.D(s.Fake).Mean())
	s.Report("distance", distance)

	alpha := s.PerScore("alpha", 0, 1)
	between := s.Fake.Add(s.Real.Sub(s.Fake).Mul(alpha)) // x̂ = αx + (1−α)x̃
	penalty := s.GradNorms(between).Sub(1).Square().Mean()
	s.Report("penalty", penalty)

	apart := apartness(real, again).Add(apartness(features, featuresAgain).Mul(featureShare))
	consistency := apart.Mul(s.Param("lambda2")).Sub(s.Param("margin")).Relu().Mean()
	s.Report("consistency", consistency)

	return penalty.Mul(s.Param("lambda")).Add(consistency).Sub(distance)
}

// featureShare is the weight of the features beside the score (equation 4).
const featureShare = 0.1

// apartness is d of each row: the mean squared difference.
func apartness(a, b *graph.Node) *graph.Node {
	return a.Sub(b).PerExample().Square().Mean(1)
}

func generator(s *gan.Step) *graph.Node {
	return s.D(s.Fake).Mean().Neg()
}
