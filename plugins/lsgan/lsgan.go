// Package lsgan is the least squares GAN (Mao et al. 2016, arXiv:1611.04076).
//
// The discriminator regresses on a code a for samples and b for data, the
// generator on the code c that it wants its samples to be given (equation 2):
//
//	discriminator: ½·E(D(x) − b)² + ½·E(D(x̃) − a)²
//	generator:     ½·E(D(x̃) − c)²
//
// Samples far on the right side of the decision still pull on the generator,
// where a sigmoid would be flat. (a, b, c) = (0, 1, 1) takes samples for data
// (equation 9); (−1, 1, 0), which meets b − c = 1 and b − a = 2, minimises the
// Pearson χ² divergence (equation 8).
//
// The paper's conditional form, for many classes, is a setting, --with label-map:
// both players are told Φ(y), a learned linear map of the class.
package lsgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the codes of equation 9 and the paper's settings for Adam, but for
// the generator's rate, which is InfoGAN's for such networks: five times the
// paper's 2e-4, and digits in half the steps.
var Variant = &gan.Variant{
	Name:  "lsgan",
	Title: "Least squares GAN",
	Year:  2016,
	Paper: "arXiv:1611.04076",
	Objective: `discriminator: ½ E(D(x)−b)² + ½ E(D(x̃)−a)²
generator:     ½ E(D(x̃)−c)²`,

	Params: []gan.Param{
		{Name: "a", Default: 0.0, Min: -100, Max: 100, Doc: "code of samples"},
		{Name: "b", Default: 1.0, Min: -100, Max: 100, Doc: "code of data"},
		{Name: "c", Default: 1.0, Min: -100, Max: 100, Doc: "code that the generator wants"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 5e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points:   gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 64, Set: map[string]any{"lr_d": 2e-4, "lr_g": 2e-4, "ema": 0.0}},

	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real := s.D(s.Real).Sub(s.Param("b")).Square().Mean()
	fake := s.D(s.Fake).Sub(s.Param("a")).Square().Mean()
	return real.Add(fake).Mul(0.5)
}

func generator(s *gan.Step) *graph.Node {
	return s.D(s.Fake).Sub(s.Param("c")).Square().Mean().Mul(0.5)
}
