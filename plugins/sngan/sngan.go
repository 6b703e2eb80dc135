// Package sngan is the spectrally normalised GAN (Miyato et al. 2018, "Spectral
// Normalization for Generative Adversarial Networks", arXiv:1802.05957).
//
// Every weight of the discriminator is divided by its largest singular value,
// W/σ(W), found by one step of power iteration an update, which bounds the
// Lipschitz constant of each layer by 1 (package nn has it). The losses are the
// hinge (equations 16 and 17), or the non-saturating ones:
//
//	discriminator: E(1 − D(x))₊ + E(1 + D(x̃))₊
//	generator:     −E D(x̃)
//
// Batch normalisation would undo the bound and stays in the generator alone.
package sngan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Variant has the hinge; the preset has the paper's Adam for its residual
// networks, five discriminator updates and z of 128, on ours.
var Variant = &gan.Variant{
	Name:  "sngan",
	Title: "Spectrally normalised GAN",
	Year:  2018,
	Paper: "arXiv:1802.05957",
	Objective: `hinge:          E(1−D(x))₊ + E(1+D(x̃))₊;  generator −E D(x̃)
non-saturating: −E log D(x) − E log(1−D(x̃));  generator −E log D(x̃)
with W/σ(W) for every weight W of the discriminator`,

	Params: []gan.Param{
		{Name: "loss", Default: hinge, Choices: []string{hinge, nonSaturating}, Doc: "the losses of both networks"},
		gan.LabelSmoothing,
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"spectral_norm": true, "norm_d": "none", "lr_d": 5e-4, "lr_g": 1e-3, "beta1": 0.0, "beta2": 0.9,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Batch: 64, Steps: 100_000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 2e-4, "n_critic": 5, "latent": 128, "ema": 0.0,
	}},

	Check:         check,
	Discriminator: discriminator,
	Generator:     generator,
}

const (
	hinge         = "hinge"
	nonSaturating = "non-saturating"
)

// check refuses label smoothing with the hinge, which has no probability to smooth.
func check(s *gan.Settings) error {
	if s.Choice("loss") == hinge && s.Param(gan.LabelSmoothing.Name) < 1 {
		return fault.New(fault.Usage, "the hinge gives no probability of data that could be smoothed",
			"--set "+gan.LabelSmoothing.Name, "leave it out, or add --set loss="+nonSaturating)
	}
	return nil
}

func discriminator(s *gan.Step) *graph.Node {
	real, fake := s.D(s.Real), s.D(s.Fake)
	if s.Choice("loss") == nonSaturating {
		return s.LossOnData(real).Add(s.LossOnSamples(fake))
	}
	return real.Neg().Add(1).Relu().Mean().Add(fake.Add(1).Relu().Mean())
}

func generator(s *gan.Step) *graph.Node {
	if s.Choice("loss") == nonSaturating {
		return s.LossOfFooling(s.D(s.Fake))
	}
	return s.D(s.Fake).Mean().Neg()
}
