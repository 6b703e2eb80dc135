// Package featmatch is semi-supervised learning with feature matching (Salimans
// et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498).
//
// The discriminator has K outputs l, one a class; the output K+1, of samples, is
// fixed at 0, which loses nothing (section 5). So p(data|x) = σ(LSE l(x)), and
// with SP the softplus
//
//	discriminator: E[LSE l(x) − l_y(x)] on labelled examples
//	               + ½·E SP(−LSE l(x)) + ½·E SP(LSE l(x̃))
//	generator:     ‖E f(x) − E f(x̃)‖²
//
// with f the features that the discriminator's last layer takes (section 3.1).
// The paper's −½·E LSE l(x) + ½·E SP(LSE l(x)) is ½·E SP(−LSE l(x)).
package featmatch

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has the uniform z and the batches of the authors' code for MNIST; the
// preset has all of its setting: 300 epochs of 600 batches, and the discriminator's
// averaged weights as the classifier. Its z is from U(0,1), which before batch
// normalisation is the same as U(−1,1).
var Variant = &gan.Variant{
	Name:  "featmatch",
	Title: "Semi-supervised GAN with feature matching",
	Year:  2016,
	Paper: "arXiv:1606.03498",
	Objective: `discriminator: E[LSE l(x) − l_y(x)] (labelled) + ½ E SP(−LSE l(x)) + ½ E SP(LSE l(x̃))
generator:     ‖E f(x) − E f(x̃)‖²`,
	Labels: zoo.LabelsOptional,

	Images: gan.Setup{Arch: "slim28", Batch: 100, Steps: 6000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5, "prior": "uniform",
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Arch: "improved", Steps: 180000, Set: map[string]any{
		"lr_d": 3e-3, "lr_g": 3e-3, "ema": 0.0, "ema_d": 0.9999,
	}},

	Outputs:       classes,
	Discriminator: discriminator,
	Generator:     func(s *gan.Step) *graph.Node { return s.FeatureDistance() },
	Evaluate:      evaluate,

	Networks: []gan.Network{
		gan.Classifier("Classifier: p(y|x), the probability of each class of an example x.", (*gan.View).D),
	},
}

// classes is K, 1 without labels: a GAN.
func classes(s *gan.Settings) int {
	if s.Labels > 0 {
		return s.Classes
	}
	return 1
}

func discriminator(s *gan.Step) *graph.Node {
	real := s.D(s.Real).LogSumExp().Neg().Softplus().Mean()
	fake := s.D(s.Fake).LogSumExp().Softplus().Mean()
	loss := real.Add(fake).Mul(0.5)
	if s.Labelled != nil {
		crossEntropy := gan.CrossEntropy(s.D(s.Labelled), s.Classes)
		s.Report("cross entropy", crossEntropy)
		loss = loss.Add(crossEntropy)
	}
	return loss
}

func evaluate(e *gan.Evaluation) ([]zoo.Measure, error) {
	if e.Labels == 0 {
		return nil, nil
	}
	return e.ClassificationError(0, e.Taught())
}
