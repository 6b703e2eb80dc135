// Package gan is the original generative adversarial network (Goodfellow et al.
// 2014, arXiv:1406.2661).
//
// The discriminator D tells data from samples, the generator makes samples that
// it takes for data (equation 1):
//
//	min over G, max over D of  E log D(x) + E log(1 − D(G(z)))
//
// With logits d and D = σ(d), −log D = softplus(−d) and −log(1−D) =
// softplus(d), which neither overflow nor lose digits. Early in training
// log(1 − D(G(z))) is flat, so the paper trains G to maximise log D(G(z))
// instead (end of section 3): the non-saturating loss, the default here.
package gan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant uses Adam with the rates of InfoGAN (arXiv:1606.03657, appendix C.1),
// whose networks these are, where the paper has SGD with momentum, which needs a
// schedule of its own.
var Variant = &gan.Variant{
	Name:  "gan",
	Title: "Generative adversarial network",
	Year:  2014,
	Paper: "arXiv:1406.2661",
	Objective: `discriminator: −E log D(x) − E log(1−D(x̃))
generator:     −E log D(x̃) (non-saturating) or E log(1−D(x̃)) (saturating)`,

	Params: []gan.Param{
		{Name: "loss", Default: nonSaturating, Choices: []string{nonSaturating, saturating}, Doc: "the generator's loss"},
		gan.LabelSmoothing,
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},

	Discriminator: discriminator,
	Generator:     generator,
}

const (
	nonSaturating = "non-saturating"
	saturating    = "saturating"
)

func discriminator(s *gan.Step) *graph.Node {
	real := s.LossOnData(s.D(s.Real))    // −E log D(x)
	fake := s.LossOnSamples(s.D(s.Fake)) // −E log(1 − D(x̃))
	return real.Add(fake)
}

func generator(s *gan.Step) *graph.Node {
	if s.Choice("loss") == saturating {
		return s.LossOnSamples(s.D(s.Fake)).Neg() // E log(1 − D(x̃))
	}
	return s.LossOfFooling(s.D(s.Fake)) // −E log D(x̃)
}
