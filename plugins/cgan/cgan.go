// Package cgan is the conditional GAN (Mirza & Osindero 2014, "Conditional
// Generative Adversarial Nets", arXiv:1411.1784).
//
// It is a GAN whose players are both told the class y (equation 2), here with
// the non-saturating generator:
//
//	discriminator: −E log D(x|y) − E log(1 − D(G(z|y)|y))
//	generator:     −E log D(G(z|y)|y)
//
// A sample must look like data of its class, not just like data. The generator
// takes y, one-hot, beside z; the discriminator takes it as more channels of
// what it looks at, the same everywhere. The classes of the samples are those of
// a batch of data, so that the classes are as frequent in both.
package cgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant has the networks and rates of gan, and its labels.
var Variant = &gan.Variant{
	Name:  "cgan",
	Title: "Conditional GAN",
	Year:  2014,
	Paper: "arXiv:1411.1784",
	Objective: `discriminator: −E log D(x|y) − E log(1−D(x̃|y))
generator:     −E log D(x̃|y)`,
	Labels:     zoo.LabelsRequired,
	GivenClass: true,

	Params: []gan.Param{gan.LabelSmoothing},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},

	Discriminator: discriminator,
	Generator:     generator,
}

func discriminator(s *gan.Step) *graph.Node {
	real := s.LossOnData(s.D(s.Real))    // −E log D(x|y)
	fake := s.LossOnSamples(s.D(s.Fake)) // −E log(1 − D(x̃|y))
	return real.Add(fake)
}

func generator(s *gan.Step) *graph.Node {
	return s.LossOfFooling(s.D(s.Fake)) // −E log D(x̃|y)
}
