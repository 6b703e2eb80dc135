// Package began is the boundary equilibrium GAN (Berthelot et al. 2017,
// arXiv:1703.10717).
//
// The discriminator is an auto-encoder with the loss L(v) = |v − D(v)|, averaged
// over all values. It gives data back well and samples badly, as much as a
// balance k allows, which a controller moves so that E L(x̃) stays γ·E L(x)
// (section 3.3):
//
//	discriminator: L(x) − k·L(x̃)
//	generator:     L(x̃)
//	k ← k + λ_k·(γ·L(x) − L(x̃)), kept in 0…1, from 0
//
// The sum M = L(x) + |γ·L(x) − L(x̃)| tells how far the training has converged
// (section 3.4): small when data are given back well and the balance is kept.
//
// Points in the plane are refused: the balance is one of mean losses, which all
// samples in one place can keep, and there they end.
package began

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant learns in minutes what takes the paper hours: with batch normalisation
// in the discriminator, a balance that moves faster and a higher γ. The preset
// has the paper's network and settings.
var Variant = &gan.Variant{
	Name:  "began",
	Title: "Boundary equilibrium GAN",
	Year:  2017,
	Paper: "arXiv:1703.10717",
	Kinds: []zoo.Kind{zoo.Images},

	Objective: `L(v) = |v − D(v)|, D an auto-encoder
discriminator: L(x) − k·L(x̃),  k ← clip(k + λ_k(γL(x) − L(x̃)), 0, 1)
generator:     L(x̃)`,

	Params: []gan.Param{
		{Name: "gamma", Default: 0.5, Max: 1, Doc: "γ, diversity: share of the data's loss that samples are to have"},
		{Name: "lambda_k", Default: 1e-3, Max: 1, Doc: "λ_k, how fast the balance k moves"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 32, Steps: 8000, Set: map[string]any{
		"lr_d": 1e-3, "lr_g": 1e-3, "beta1": 0.5, "prior": "uniform", "gamma": 0.7, "lambda_k": 0.02,
	}},
	Original: gan.Setup{Arch: "began", Batch: 16, Steps: 200_000, Set: map[string]any{
		"lr_d": 8e-5, "lr_g": 8e-5, "lr_halve": 100_000, "latent": 64, "code": 64,
		"gamma": 0.5, "lambda_k": 1e-3, "norm_d": "none", "norm_g": "none", "init": "xavier", "width": 64, "ema": 0.0,
	}},

	Autoencoder:   true,
	State:         map[string]float64{"k": 0},
	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real, fake := loss(s, s.Real), loss(s, s.Fake)
	k := s.State("k")
	balance := real.Mul(s.Param("gamma")).Sub(fake) // γL(x) − L(x̃)
	s.SetState("k", k.Add(balance.Mul(s.Param("lambda_k"))).Clip(0, 1))

	s.Report("k", k)
	s.Report("convergence", real.Add(balance.Abs())) // M
	return real.Sub(fake.Mul(k))
}

func generator(s *gan.Step) *graph.Node { return loss(s, s.Fake) }

// loss is L(v), how badly the discriminator gives v back.
func loss(s *gan.Step, v *graph.Node) *graph.Node {
	return s.D(v).Sub(v).Abs().Mean()
}
