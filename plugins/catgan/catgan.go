// Package catgan is the categorical GAN (Springenberg 2015, "Unsupervised and
// Semi-supervised Learning with Categorical Generative Adversarial Networks",
// arXiv:1511.06390).
//
// The discriminator sorts examples into K classes, p(y|x) = softmax(D(x)). It is
// to be certain of data, uncertain of samples, and to use all classes equally;
// the generator is to make samples that it is certain of, of all classes
// (equation 7, written to be minimised, with H the entropy):
//
//	discriminator: −H[E p(y|x)] + E H[p(y|x)] − E H[p(y|x̃)]
//	generator:     −H[E p(y|x̃)] + E H[p(y|x̃)]
//
// Without labels the classes are clusters, named afterwards by majority vote.
// With some labelled examples (--labels 100) the discriminator also minimises
// λ·CE(y, p(y|x)) on these (equation 9), and the classes are theirs.
package catgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has K = 20 clusters as in the paper's table 1.
var Variant = &gan.Variant{
	Name:  "catgan",
	Title: "Categorical GAN",
	Year:  2015,
	Paper: "arXiv:1511.06390",
	Objective: `discriminator: −H[E p(y|x)] + E H[p(y|x)] − E H[p(y|x̃)] (+ λ CE on labelled examples)
generator:     −H[E p(y|x̃)] + E H[p(y|x̃)]`,
	Labels: zoo.LabelsOptional,

	Params: []gan.Param{
		{Name: "clusters", Default: 20, Min: 2, Max: 1000, Doc: "K without labels; with them K is the number of classes"},
		{Name: "lambda", Default: 1.0, Max: 1e4, Doc: "λ, weight of the cross entropy on labelled examples"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 100, Steps: 6000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},

	Outputs:       classes,
	Discriminator: discriminator,
	Generator:     generator,
	Evaluate:      evaluate,

	Networks: []gan.Network{
		gan.Classifier("Classifier: p(y|x), the probability of each class of an example x.", (*gan.View).D),
	},
}

func classes(s *gan.Settings) int {
	if s.Labels > 0 {
		return s.Classes
	}
	return s.Int("clusters")
}

func discriminator(s *gan.Step) *graph.Node {
	real, fake := s.D(s.Real).LogSoftmax(), s.D(s.Fake).LogSoftmax()
	loss := conditional(real).Sub(marginal(real)).Sub(conditional(fake))
	if s.Labelled != nil {
		crossEntropy := gan.CrossEntropy(s.D(s.Labelled), s.Classes)
		s.Report("cross entropy", crossEntropy)
		loss = loss.Add(crossEntropy.Mul(s.Param("lambda")))
	}
	return loss
}

func generator(s *gan.Step) *graph.Node {
	fake := s.D(s.Fake).LogSoftmax()
	return conditional(fake).Sub(marginal(fake))
}

// conditional is E H[p(y|x)], of log p(y|x), N×K (equation 4).
func conditional(logP *graph.Node) *graph.Node {
	return logP.Exp().Mul(logP).Sum(1).Mean().Neg()
}

// marginal is H[E p(y|x)] (equation 5). The small term keeps the logarithm of a
// class that nothing is sorted into.
func marginal(logP *graph.Node) *graph.Node {
	p := logP.Exp().Mean(0)
	return p.Mul(p.Add(1e-12).Log()).Sum().Neg()
}

// evaluate measures the classification error, that of clusters without labels.
func evaluate(e *gan.Evaluation) ([]zoo.Measure, error) {
	if e.Labels == 0 {
		return e.ClusterError(0, e.Int("clusters"))
	}
	return e.ClassificationError(0, e.Taught())
}
