// Package sgan is the semi-supervised GAN (Odena 2016, "Semi-Supervised Learning
// with Generative Adversarial Networks", arXiv:1606.01583).
//
// The discriminator is a classifier of N classes of data and one more, FAKE, for
// samples: with p the softmax of its N+1 outputs (section 2),
//
//	discriminator: −E log p(y|x) on labelled examples − E log p(y ≤ N|x) − E log p(FAKE|x̃)
//	generator:     −E log p(y ≤ N|x̃) (non-saturating) or E log p(FAKE|x̃) (saturating)
//
// p(y ≤ N) is the sum over the classes of data. Its log-odds against FAKE,
// LSE(l₁ … l_N) − l_FAKE, are a logit like that of a GAN's discriminator, which
// without labels, and N = 1, this is. The classification error leaves FAKE out;
// the paper's baseline is the same with a generator that does not learn
// (--set lr_g=0).
package sgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has the networks of DCGAN, as the paper.
var Variant = &gan.Variant{
	Name:  "sgan",
	Title: "Semi-supervised GAN",
	Year:  2016,
	Paper: "arXiv:1606.01583",
	Objective: `discriminator: −E log p(y|x) (labelled) − E log p(y≤N|x) − E log p(FAKE|x̃)
generator:     −E log p(y≤N|x̃) (non-saturating) or E log p(FAKE|x̃) (saturating)`,
	Labels: zoo.LabelsOptional,

	Params: []gan.Param{
		{Name: "loss", Default: nonSaturating, Choices: []string{nonSaturating, saturating}, Doc: "the generator's loss"},
		gan.LabelSmoothing,
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	// The paper says that its networks are DCGAN's, and little more.
	Original: gan.Setup{Arch: "dcgan28", Batch: 128, Steps: 20000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 2e-4, "latent": 100, "prior": "uniform", "ema": 0.0,
	}},

	Outputs:       func(s *gan.Settings) int { return classes(s) + 1 },
	Discriminator: discriminator,
	Generator:     generator,
	Evaluate:      evaluate,

	Networks: []gan.Network{
		gan.Classifier("Classifier: p(y|x, not FAKE), the probability of each class of an example x.", func(v *gan.View) *graph.Node {
			return v.D().Slice(1, 0, classes(v.Settings))
		}),
	},
}

const (
	nonSaturating = "non-saturating"
	saturating    = "saturating"
)

// classes is N.
func classes(s *gan.Settings) int {
	if s.Labels > 0 {
		return s.Classes
	}
	return 1
}

// odds are the log-odds of data against FAKE, N, of a batch's N×(N+1) outputs.
func odds(s *gan.Step, outputs *graph.Node) *graph.Node {
	n := classes(s.Settings)
	return outputs.Slice(1, 0, n).LogSumExp().Sub(outputs.Slice(1, n, n+1).Reshape(s.Batch))
}

func discriminator(s *gan.Step) *graph.Node {
	real := s.LossOnData(odds(s, s.D(s.Real)))    // −E log p(y ≤ N|x)
	fake := s.LossOnSamples(odds(s, s.D(s.Fake))) // −E log p(FAKE|x̃)
	loss := real.Add(fake)
	if s.Labelled != nil {
		logP := s.D(s.Labelled).LogSoftmax().Slice(1, 0, classes(s.Settings))
		crossEntropy := logP.Mul(s.Classes).Sum(1).Mean().Neg() // −E log p(y|x)
		s.Report("cross entropy", crossEntropy)
		loss = loss.Add(crossEntropy)
	}
	return loss
}

func generator(s *gan.Step) *graph.Node {
	if s.Choice("loss") == saturating {
		return s.LossOnSamples(odds(s, s.D(s.Fake))).Neg()
	}
	return s.LossOfFooling(odds(s, s.D(s.Fake)))
}

func evaluate(e *gan.Evaluation) ([]zoo.Measure, error) {
	if e.Labels == 0 {
		return nil, nil
	}
	return e.ClassificationError(0, "FAKE is no answer, "+e.Taught())
}
