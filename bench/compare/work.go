package main

import (
	"strings"

	"github.com/ganzoo/ganzoo/bench/step"
	"github.com/ganzoo/ganzoo/plugins"
	"github.com/ganzoo/ganzoo/zoo"
)

// batch is the number of images in an update, on both sides.
const batch = 64

// work is one line of the comparison.
type work struct {
	variant, arch string
	bf16          bool // PyTorch in bfloat16 autocast
}

// works are all that can be compared: first those of the speed goals.
var works = []work{
	{"wgangp", "dcgan28", false},
	{"wgangp", "mlp", false},
	{"lsgan", "dcgan28", false},
	{"dragan", "dcgan28", false},
	{"wgangp", "dcgan64", false},
	{"wgangp", "dcgan28", true},
	{"gan", "dcgan28", false},
	{"wgan", "dcgan28", false},
	{"catgan", "dcgan28", false},
	{"wgangp", "dcgan32", false},
}

func (w work) name() string {
	if w.bf16 {
		return w.variant + "/" + w.arch + "/bf16"
	}
	return w.variant + "/" + w.arch
}

func chosen(filter string) []work {
	var some []work
	for _, w := range works {
		if strings.Contains(w.name(), filter) {
			some = append(some, w)
		}
	}
	return some
}

// shape is that of the images the network takes.
func (w work) shape() []int {
	switch w.arch {
	case "dcgan32":
		return []int{3, 32, 32}
	case "dcgan64":
		return []int{3, 64, 64}
	}
	return []int{1, 28, 28}
}

// settings are the variant's own that make it do what PyTorch's side does: no
// averaged generator, and no longer rounds of the critic at the start.
func (w work) settings() map[string]string {
	s := map[string]string{"ema": "0"}
	if w.variant == "wgan" {
		s["warmup"] = "1"
	}
	return s
}

// content is what a training step consists of: both sides must have the same.
type content struct {
	Generator     int `json:"generator"` // parameters
	Discriminator int `json:"discriminator"`
	NCritic       int `json:"n_critic"`
}

// measure builds the work's steps and returns what they consist of, and the
// multiply-adds of their matrix products and convolutions for each real image
// that the discriminator sees.
func (w work) measure() (c content, macsPerImage float64, err error) {
	training, err := step.New(plugins.Find(w.variant), zoo.Config{Arch: w.arch, Batch: batch, Params: w.settings()}, w.shape(), nil)
	if err != nil {
		return c, 0, err
	}
	c = content{
		Generator: training.Model.G.Parameters(), Discriminator: training.Model.D.Parameters(), NCritic: training.NCritic(),
	}
	return c, float64(training.MACs()) / float64(training.Images()), nil
}
