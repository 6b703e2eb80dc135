// Package wgan is the Wasserstein GAN (Arjovsky, Chintala & Bottou 2017,
// arXiv:1701.07875).
//
// A critic f, kept Lipschitz by clipping its weights, estimates the
// Wasserstein-1 distance up to a factor (equation 3):
//
//	critic:    E f(x̃) − E f(x),  then w ← clip(w, −c, c)
//	generator: −E f(x̃)
//
// Algorithm 1 clips after every update of the critic, so that the weights the
// generator meets are clipped too. The critic should be near its optimum before
// each generator update: the authors' code gives it 100 updates for the first
// 25 generator updates and at every 500th (--set warmup=100).
package wgan

import (
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the settings of algorithm 1, but for its learning rate of 5e-5,
// which takes several times the steps to a digit. RMSProp, since momentum made
// the critic unstable (section 4).
var Variant = &gan.Variant{
	Name:  "wgan",
	Title: "Wasserstein GAN",
	Year:  2017,
	Paper: "arXiv:1701.07875",
	Objective: `critic:    E f(x̃) − E f(x), weights clipped to ±c after each update
generator: −E f(x̃)`,

	Params: []gan.Param{
		{Name: "clip", Default: 0.01, Min: 1e-6, Max: 100, Doc: "c, the bound of the critic's weights"},
		{Name: "warmup", Default: 25, Min: 1, Max: 1000, Doc: "critic updates before each of the first 25 generator updates and every 500th, if more than n_critic; the paper's code has 100"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 4000, Set: map[string]any{
		"optimizer": "rmsprop", "lr_d": 2e-4, "lr_g": 5e-4, "n_critic": 5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 10000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3, "clip": 0.1, "norm_d": "batch"}},
	Original: gan.Setup{Arch: "dcgan28", Batch: 64, Set: map[string]any{
		"lr_d": 5e-5, "lr_g": 5e-5, "clip": 0.01, "warmup": 100, "latent": 100, "ema": 0.0,
	}},

	Discriminator: critic,
	Generator:     generator,
	AfterStep:     clip,
	CriticSteps:   schedule,
}

func critic(s *gan.Step) *graph.Node {
	distance := s.D(s.Real).Mean().Sub(s.D(s.Fake).Mean())
	s.Report("distance", distance)
	return distance.Neg()
}

func generator(s *gan.Step) *graph.Node {
	return s.D(s.Fake).Mean().Neg()
}

func clip(s *gan.Step, weight *graph.Node) *graph.Node {
	c := s.Param("clip")
	return weight.Clip(-c, c)
}

func schedule(s *gan.Settings, step int64) int {
	if step < 25 || step%500 == 0 {
		return max(s.Int("n_critic"), s.Int("warmup"))
	}
	return s.Int("n_critic")
}
