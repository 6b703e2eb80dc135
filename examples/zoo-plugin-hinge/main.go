// Command zoo-plugin-hinge is a third party's plugin for the zoo: the hinge GAN
// (Lim & Ye 2017, "Geometric GAN", arXiv:1705.02894).
//
//	go build -o zoo-plugin-hinge ./examples/zoo-plugin-hinge
//	zoo plugin add ./zoo-plugin-hinge
//	zoo train hinge --data ring8
//
// Two losses and a few defaults are all that is its own. Package gan makes the
// rest of it: training, checkpoints, resuming, sampling, ONNX export.
package main

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

var hinge = &gan.Variant{
	Name:  "hinge",
	Title: "Hinge GAN",
	Year:  2017,
	Paper: "arXiv:1705.02894",
	Objective: `discriminator: E(1 − D(x))₊ + E(1 + D(x̃))₊
generator:     −E D(x̃)`,

	Params: []gan.Param{
		{Name: "margin", Default: 1.0, Max: 100, Doc: "distance from the border up to which an example counts"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 2e-4, "beta1": 0.5, "norm_d": "batch",
	}},
	Points: gan.Setup{Batch: 256, Steps: 10000, Set: map[string]any{"norm_d": "none"}},

	// The discriminator stops caring once an example is past the margin on its
	// own side: equation 10 of the paper.
	Discriminator: func(s *gan.Step) *graph.Node {
		margin := s.Param("margin")
		real := s.D(s.Real).Neg().Add(margin).Relu().Mean()
		fake := s.D(s.Fake).Add(margin).Relu().Mean()
		return real.Add(fake)
	},
	Generator: func(s *gan.Step) *graph.Node {
		return s.D(s.Fake).Mean().Neg()
	},
}

func main() { gan.Serve(hinge) }
