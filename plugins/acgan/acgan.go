// Package acgan is the GAN with an auxiliary classifier (Odena et al. 2016,
// "Conditional Image Synthesis With Auxiliary Classifier GANs",
// arXiv:1610.09585).
//
// The generator is told the class y, the discriminator has to find it out: it
// answers with the source S, data or sample, and with the class C (section 3):
//
//	L_S = E log P(S=data|x) + E log P(S=sample|x̃)
//	L_C = E log P(C=y|x) + E log P(C=y|x̃)
//
// The discriminator maximises L_S + L_C, the generator L_C − L_S, here with the
// non-saturating −E log P(S=data|x̃) for its part of L_S. Samples so are of the
// class asked for, and the discriminator is a classifier.
package acgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has the paper's Adam for the discriminator, and five times its rate
// for the generator, which gives digits in fewer steps; the preset has the
// paper's.
var Variant = &gan.Variant{
	Name:  "acgan",
	Title: "GAN with an auxiliary classifier",
	Year:  2016,
	Paper: "arXiv:1610.09585",
	Objective: `discriminator: −L_S − L_C, L_S = E log P(data|x) + E log P(sample|x̃), L_C = E log P(y|x) + E log P(y|x̃)
generator:     −E log P(data|x̃) − E log P(y|x̃)`,
	Labels: zoo.LabelsRequired,

	Params: []gan.Param{gan.LabelSmoothing},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points:   gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Batch: 100, Steps: 20000, Set: map[string]any{"lr_g": 2e-4, "latent": 100, "ema": 0.0}},

	Outputs:       func(s *gan.Settings) int { return 1 + s.Classes },
	Discriminator: discriminator,
	Generator:     generator,
	Evaluate:      evaluate,

	Networks: []gan.Network{
		gan.Classifier("Auxiliary classifier: P(C|x), the probability of each class of an example x.", func(v *gan.View) *graph.Node {
			_, class := split(v.D())
			return class
		}),
	},
}

// split parts the discriminator's outputs, N×(1+K), into the logit of the source
// and those of the classes.
func split(outputs *graph.Node) (source, class *graph.Node) {
	return outputs.Slice(1, 0, 1), outputs.Slice(1, 1, outputs.Shape()[1])
}

func discriminator(s *gan.Step) *graph.Node {
	real, realClass := split(s.D(s.Real))
	fake, fakeClass := split(s.D(s.Fake))
	source := s.LossOnData(real).Add(s.LossOnSamples(fake))                         // −L_S
	class := gan.CrossEntropy(realClass, s.Y).Add(gan.CrossEntropy(fakeClass, s.Y)) // −L_C
	return source.Add(class)
}

func generator(s *gan.Step) *graph.Node {
	fake, fakeClass := split(s.D(s.Fake))
	class := gan.CrossEntropy(fakeClass, s.Y)
	s.Report("class of samples", class)
	return s.LossOfFooling(fake).Add(class)
}

// evaluate measures how often the auxiliary classifier is wrong.
func evaluate(e *gan.Evaluation) ([]zoo.Measure, error) {
	return e.ClassificationError(1, "all training examples labelled")
}
