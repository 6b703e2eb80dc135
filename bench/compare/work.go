package main

import (
	"strings"

	"github.com/ganzoo/ganzoo/bench/step"
	"github.com/ganzoo/ganzoo/plugins"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// batch is the number of images in an update, on both sides.
const batch = 64

// work is one line of the comparison.
type work struct {
	variant, arch string
	precision     kernel.Precision // of ganzoo
	autocast      bool             // of PyTorch, to bfloat16
	libraries     bool             // beside other libraries in Go, too
}

// works are all that can be compared: first those of the speed goals.
var works = []work{
	{"wgangp", "dcgan28", kernel.Float32, false, true},
	{"wgangp", "mlp", kernel.Float32, false, true},
	{"lsgan", "dcgan28", kernel.Float32, false, true},
	{"dragan", "dcgan28", kernel.Float32, false, false},
	{"wgangp", "dcgan64", kernel.Float32, false, false},
	{"wgangp", "dcgan28", kernel.BF16, true, false},
	{"wgangp", "dcgan28", kernel.BF16, false, false}, // beside PyTorch in float32
	{"gan", "dcgan28", kernel.Float32, false, false},
	{"wgan", "dcgan28", kernel.Float32, false, false},
	{"catgan", "dcgan28", kernel.Float32, false, false},
	{"wgangp", "dcgan32", kernel.Float32, false, false},
}

func (w work) name() string {
	name := w.variant + "/" + w.arch
	switch {
	case w.autocast:
		return name + "/bf16"
	case w.precision != kernel.Float32:
		return name + "/" + w.precision.String() + "-float32"
	}
	return name
}

// title is its name in a table.
func (w work) title() string {
	title := w.variant + " " + w.arch
	if w.precision != kernel.Float32 {
		title += ", " + w.precision.String()
	}
	return title
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
	s := map[string]string{"ema": "0", "precision": w.precision.String()}
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
