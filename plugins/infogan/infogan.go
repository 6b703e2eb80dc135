// Package infogan is the information-maximising GAN (Chen et al. 2016, "InfoGAN:
// Interpretable Representation Learning by Information Maximizing Generative
// Adversarial Nets", arXiv:1606.03657).
//
// Beside noise the generator takes codes c, drawn at random and never told a
// label. A second head of the discriminator, Q, has to read them off the sample;
// how well it does is a lower bound of the mutual information of code and sample
// (equation 4), which both players raise (equation 6):
//
//	L_I = E log Q(c|x̃) + H(c)
//	discriminator: −E log D(x) − E log(1 − D(x̃)) − λ·L_I
//	generator:     −E log D(x̃) − λ·L_I
//
// A categorical code has −log Q as its cross entropy. For a continuous one Q is
// a Gaussian whose mean is read off and whose variance is 1, as in the authors'
// code for MNIST: −log Q = ½(c − μ)² + ½ log 2π. On digits the categories become
// the digits, and the continuous codes slant and width.
package infogan

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has the codes and rates of appendix C.1; the preset has its Q, FC 128 BN
// LReLU 0.1 and the outputs, and the uniform noise of the authors' code.
var Variant = &gan.Variant{
	Name:  "infogan",
	Title: "Information-maximising GAN",
	Year:  2016,
	Paper: "arXiv:1606.03657",
	Objective: `discriminator: −E log D(x) − E log(1−D(x̃)) − λ L_I, L_I = E log Q(c|x̃) + H(c)
generator:     −E log D(x̃) − λ L_I`,

	Params: []gan.Param{
		{Name: "lambda", Default: 1.0, Max: 1e4, Doc: "λ, weight of the mutual information"},
		{Name: "categories", Default: 10, Min: 2, Max: 1000, Doc: "categories of the code c1"},
		{Name: "continuous", Default: 2, Max: 1000, Doc: "codes from U(−1,1), named c2, c3 and so on"},
		{Name: "q_hidden", Default: 0, Max: 1 << 12, Doc: "units of a hidden layer of Q's own; 0: Q has none"},
		gan.LabelSmoothing,
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5, "latent": 62,
	}},
	Points:   gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "latent": 2}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 128, Steps: 5000, Set: map[string]any{"q_hidden": 128, "prior": "uniform", "ema": 0.0}},

	Codes:         codes,
	Outputs:       func(s *gan.Settings) int { return 1 + numbers(s) },
	Head:          head,
	Discriminator: discriminator,
	Generator:     generator,
	Evaluate: func(e *gan.Evaluation) ([]zoo.Measure, error) {
		return e.ClusterError(1, e.Int("categories"))
	},

	Networks: []gan.Network{{
		Name:  "q",
		Doc:   "Q: the probability of each category of c1, and the means of the continuous codes, of an example x.",
		Build: codesOf,
	}},
}

func codes(s *gan.Settings) []gan.Code {
	list := []gan.Code{{Name: "c1", Categories: s.Int("categories")}}
	for i := range s.Int("continuous") {
		list = append(list, gan.Code{Name: fmt.Sprintf("c%d", i+2)})
	}
	return list
}

// numbers is how many Q gives: a logit for each category, and the means.
func numbers(s *gan.Settings) int { return s.Int("categories") + s.Int("continuous") }

// head is D's output beside Q: one linear layer, or as in the paper one behind a hidden
// layer of its own, with LReLU of slope 0.1 (appendix C). Either way the rest of D is Q's
// too, and is updated with D's rate.
func head(s *gan.Settings) []nn.Layer {
	hidden := s.Int("q_hidden")
	if hidden == 0 {
		return nil
	}
	q := []nn.Layer{nn.Dense(hidden, nn.NoBias), nn.BatchNorm(), nn.LeakyRelu(0.1), nn.Dense(numbers(s))}
	return []nn.Layer{nn.Heads([]nn.Layer{nn.Dense(1)}, q)}
}

// split parts the discriminator's outputs into the logit of data, N×1, those of
// the categories and the means of the continuous codes, nil without any.
func split(s *gan.Settings, outputs *graph.Node) (source, category, means *graph.Node) {
	k := 1 + s.Int("categories")
	if n := s.Int("continuous"); n > 0 {
		means = outputs.Slice(1, k, k+n)
	}
	return outputs.Slice(1, 0, 1), outputs.Slice(1, 1, k), means
}

func discriminator(s *gan.Step) *graph.Node {
	real, _, _ := split(s.Settings, s.D(s.Real))
	fake, category, means := split(s.Settings, s.D(s.Fake))
	information := categorical(s, category).Add(continuous(s, means))
	return s.LossOnData(real).Add(s.LossOnSamples(fake)).Sub(information.Mul(s.Param("lambda")))
}

func generator(s *gan.Step) *graph.Node {
	fake, category, means := split(s.Settings, s.D(s.Fake))
	c1, rest := categorical(s, category), continuous(s, means)
	s.Report("mutual information of c1", c1)
	s.Report("mutual information of continuous codes", rest)
	return s.LossOfFooling(fake).Sub(c1.Add(rest).Mul(s.Param("lambda")))
}

// categorical is L_I of c1; H(c1) is log of the number of categories.
func categorical(s *gan.Step, logits *graph.Node) *graph.Node {
	entropy := s.Graph.Scalar(math.Log(s.Param("categories")))
	return entropy.Sub(gan.CrossEntropy(logits, s.Code("c1")))
}

// continuous is L_I of the other codes together; H of U(−1,1) is log 2.
func continuous(s *gan.Step, means *graph.Node) *graph.Node {
	information := s.Graph.Scalar(0)
	for i := range s.Int("continuous") {
		off := s.Code(fmt.Sprintf("c%d", i+2)).Sub(means.Slice(1, i, i+1))
		information = information.Add(off.Square().Mean().Mul(-0.5).Add(math.Log(2) - math.Log(2*math.Pi)/2))
	}
	return information
}

func codesOf(v *gan.View) {
	_, category, means := split(v.Settings, v.D())
	v.Output("c1", category.LogSoftmax().Exp())
	for i := range v.Int("continuous") {
		v.Output(fmt.Sprintf("c%d", i+2), means.Slice(1, i, i+1))
	}
}
