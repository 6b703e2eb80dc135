// Package dcgan is the deep convolutional GAN (Radford et al. 2015,
// "Unsupervised Representation Learning with Deep Convolutional Generative
// Adversarial Networks", arXiv:1511.06434).
//
// The losses are those of a GAN with the non-saturating generator. What the
// paper adds is the networks and how to train them (section 3 and 4): strided
// and transposed convolutions without pooling, batch normalisation everywhere
// but in the generator's last layer and the discriminator's first, ReLU in the
// generator with tanh at its end, LeakyReLU in the discriminator, weights from
// N(0, 0.02), z from U(−1,1), and Adam with β₁ = 0.5.
package dcgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has a slim network of the paper's kind. The preset has the one that the
// paper's became on MNIST, batches of 128 and z of 100.
var Variant = &gan.Variant{
	Name:  "dcgan",
	Title: "Deep convolutional GAN",
	Year:  2015,
	Paper: "arXiv:1511.06434",
	Objective: `discriminator: −E log D(x) − E log(1−D(x̃))
generator:     −E log D(x̃)`,

	Params: []gan.Param{gan.LabelSmoothing},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5, "prior": "uniform",
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 128, Steps: 20000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 2e-4, "latent": 100, "ema": 0.0,
	}},

	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real := s.LossOnData(s.D(s.Real))    // −E log D(x)
	fake := s.LossOnSamples(s.D(s.Fake)) // −E log(1 − D(x̃))
	return real.Add(fake)
}

func generator(s *gan.Step) *graph.Node {
	return s.LossOfFooling(s.D(s.Fake)) // −E log D(x̃)
}
