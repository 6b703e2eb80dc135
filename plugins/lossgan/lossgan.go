// Package lossgan is the loss-sensitive GAN (Qi 2017, "Loss-Sensitive
// Generative Adversarial Networks on Lipschitz Densities", arXiv:1701.06264).
//
// The discriminator is a loss function L: low on data, higher on samples, by a
// margin that is the further the further a sample is from its example. The
// generator makes samples of low loss:
//
//	discriminator: E ℓ(λ·‖x − x̃‖₁ + L(x) − L(x̃)),  ℓ(a) = a above zero, slope·a below
//	generator:     E L(x̃)
//
// With slope 0 samples beyond the margin no longer count: the paper's objective
// (equation 6, without the term E L(x)). With slope 1 all count alike, as in
// WGAN. What lies between is its family of generalised loss-sensitive GANs
// (section 6).
package lossgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has a margin that lasts on images of 28×28, where the paper's λ, in the
// preset, is soon kept by all.
var Variant = &gan.Variant{
	Name:  "lossgan",
	Title: "Loss-sensitive GAN",
	Year:  2017,
	Paper: "arXiv:1701.06264",
	Objective: `discriminator: E ℓ(λ‖x−x̃‖₁ + L(x) − L(x̃)),  ℓ leaky with the given slope below zero
generator:     E L(x̃)`,

	Params: []gan.Param{
		{Name: "lambda", Default: 0.01, Max: 1e4, Doc: "λ, margin for each unit of distance between example and sample"},
		{Name: "slope", Default: 0.0, Max: 1, Doc: "of ℓ below zero: 0 is the paper's, 1 is like WGAN"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 5e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "lambda": 1.0}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 64, Set: map[string]any{
		"lambda": 2e-4, "lr_d": 2e-4, "lr_g": 2e-4, "latent": 100, "prior": "uniform", "ema": 0.0,
	}},

	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real, fake := s.D(s.Real), s.D(s.Fake)
	rows := real.Shape()[0] // one score each
	distance := s.Real.Sub(s.Fake).Reshape(rows, -1).Abs().Sum(1).Reshape(rows, 1)

	short := distance.Mul(s.Param("lambda")).Add(real).Sub(fake) // of the margin
	s.Report("margin kept", short.Neg().GreaterOrEqual(0))
	return short.LeakyRelu(s.Param("slope")).Mean()
}

func generator(s *gan.Step) *graph.Node {
	return s.D(s.Fake).Mean()
}
