// Package dragan is DRAGAN (Kodali et al. 2017, "On Convergence and Stability of
// GANs", arXiv:1705.07215).
//
// Sharp gradients of the discriminator around data go with mode collapse. To
// the non-saturating losses of a GAN it adds a penalty that keeps their norm
// near k = 1 in a neighbourhood of the data (section 2.3):
//
//	λ·E(‖∇D(x + δ)‖₂ − k)²
//
// with one norm per example, of the gradient of the logit. The authors' notebook
// draws δ = ½·sd(x)·U(0,1), sd over all values of the batch, and looks a random
// part of the way along it, x + α·δ (--set noise=partway); by default it is the
// whole way. The first author later preferred normal noise (--set noise=normal).
// Both networks are updated
// once a step, and the discriminator has no batch normalisation, which would
// tie the examples of a batch together.
package dragan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the settings of the authors' notebook, but for its learning rates
// of 1e-4, which take more steps to a digit, its network, and the random part of δ.
var Variant = &gan.Variant{
	Name:  "dragan",
	Title: "Deep regret analytic GAN",
	Year:  2017,
	Paper: "arXiv:1705.07215",
	Objective: `discriminator: −E log D(x) − E log(1−D(x̃)) + λ E(‖∇D(x+δ)‖₂ − k)²
generator:     −E log D(x̃)`,

	Params: []gan.Param{
		{Name: "lambda", Default: 10.0, Max: 1e4, Doc: "λ, weight of the gradient penalty"},
		{Name: "k", Default: 1.0, Max: 1e3, Doc: "norm that gradients are pulled to, of pixels in −1…1"},
		{Name: "noise", Default: uniform, Choices: []string{uniform, partway, normal}, Doc: "δ/(½·sd(x)): U(0,1), a random part of that as in the notebook, or N(0,1)"},
		{Name: "norm_d", Default: "none", Choices: []string{"none", "layer"}, Doc: "normalisation in the discriminator; of the batch is not allowed, the penalty is per example"},
		gan.LabelSmoothing,
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 1e-3, "lr_g": 1e-3, "beta1": 0.5, "beta2": 0.9,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "lambda": 0.1}},
	// In the notebook's pixels of 0…1 gradients are twice as long: λ and k are 10 and
	// 1 there.
	Original: gan.Setup{Arch: "shallow", Batch: 128, Steps: 7000, Set: map[string]any{
		"lr_d": 1e-4, "lr_g": 1e-4, "lambda": 40.0, "k": 0.5, "noise": partway, "latent": 100, "prior": "uniform", "ema": 0.0,
	}},

	PerExample:    true,
	Discriminator: discriminator,
	Generator:     generator,
}

const (
	uniform = "uniform"
	partway = "partway"
	normal  = "normal"
)

func discriminator(s *gan.Step) *graph.Node {
	real := s.LossOnData(s.D(s.Real))    // −E log D(x)
	fake := s.LossOnSamples(s.D(s.Fake)) // −E log(1 − D(x̃))

	penalty := s.GradNorms(s.Real.Add(perturbation(s))).Sub(s.Param("k")).Square().Mean()
	s.Report("penalty", penalty)

	return real.Add(fake).Add(penalty.Mul(s.Param("lambda")))
}

// perturbation draws δ, of the batch's shape.
func perturbation(s *gan.Step) *graph.Node {
	sd := s.Real.Sub(s.Real.Mean()).Square().Mean().Sqrt()
	if s.Choice("noise") == normal {
		return s.Normal("delta", s.Real.Shape()...).Mul(sd).Mul(0.5)
	}
	delta := s.Uniform("delta", 0, 1, s.Real.Shape()...).Mul(sd).Mul(0.5)
	if s.Choice("noise") == partway {
		return delta.Mul(s.PerScore("alpha", 0, 1))
	}
	return delta
}

func generator(s *gan.Step) *graph.Node {
	return s.LossOfFooling(s.D(s.Fake))
}
