// Package wgangp is the Wasserstein GAN with gradient penalty (Gulrajani et al.
// 2017, "Improved Training of Wasserstein GANs", arXiv:1704.00028).
//
// The critic f estimates the Wasserstein-1 distance between data and samples,
// E f(x) − E f(x̃), which asks for a 1-Lipschitz f. Where WGAN clips weights, a
// penalty here pulls the norm of the critic's gradient to 1 at random points
// between data and samples (equation 3):
//
//	L = E f(x̃) − E f(x) + λ·E(‖∇f(x̂)‖₂ − 1)²,  x̂ = α·x + (1−α)·x̃,  α ~ U(0,1)
//
// with one α and one norm per example, or per pack where the critic sees packs.
// For the same reason the critic has no batch normalisation, which would tie the
// examples of a batch together; --set norm_d=layer is allowed (section 4, "No
// critic batch normalization").
package wgangp

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the settings of the authors' code for MNIST, but for
// its learning rates of 1e-4, which take five times the steps to a digit; on
// points λ = 0.1 as in their code for toys.
var Variant = &gan.Variant{
	Name:  "wgangp",
	Title: "Wasserstein GAN with gradient penalty",
	Year:  2017,
	Paper: "arXiv:1704.00028",
	Objective: `critic:    E f(x̃) − E f(x) + λ E(‖∇f(x̂)‖₂ − 1)²,  x̂ = αx + (1−α)x̃
generator: −E f(x̃)`,

	Params: []gan.Param{
		{Name: "lambda", Default: 10.0, Max: 1e4, Doc: "λ, weight of the gradient penalty"},
		{Name: "one_sided", Default: false, Doc: "penalise only norms above 1: (‖∇f(x̂)‖₂ − 1)₊²"},
		{Name: "norm_d", Default: "none", Choices: []string{"none", "layer"}, Doc: "normalisation in the discriminator; of the batch is not allowed, the penalty is per example"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 4000, Set: map[string]any{
		"lr_d": 5e-4, "lr_g": 1e-3, "beta1": 0.5, "beta2": 0.9, "n_critic": 5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 10000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "lambda": 0.1}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 64, Steps: 200_000, Set: map[string]any{
		"lr_d": 1e-4, "lr_g": 1e-4, "latent": 128, "ema": 0.0,
	}},

	PerExample:    true,
	Discriminator: critic,
	Generator:     generator,
}

func critic(s *gan.Step) *graph.Node {
	distance := s.D(s.Real).Mean().Sub(s.D(s.Fake).Mean())
	s.Report("distance", distance)

	alpha := s.PerScore("alpha", 0, 1)
	between := s.Fake.Add(s.Real.Sub(s.Fake).Mul(alpha)) // x̂ = αx + (1−α)x̃
	excess := s.GradNorms(between).Sub(1)
	if s.Flag("one_sided") {
		excess = excess.Relu()
	}
	penalty := excess.Square().Mean()
	s.Report("penalty", penalty)

	return penalty.Mul(s.Param("lambda")).Sub(distance)
}

func generator(s *gan.Step) *graph.Node {
	return s.D(s.Fake).Mean().Neg()
}
