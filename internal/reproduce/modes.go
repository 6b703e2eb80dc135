package reproduce

import (
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
)

var (
	ringModes = packingModes("ring-modes", "ring8", "Modes of a ring of 8 by packing", "6.3 ± 0.5", "7.9", "7.8")
	gridModes = packingModes("grid-modes", "grid25", "Modes of a grid of 25 by packing", "17.3 ± 0.8", "23.8", "24.8")
)

// packingModes is PacGAN's table of modes, on smaller networks for fewer steps.
func packingModes(name, dataset, title, gan, two, four string) Protocol {
	p := Protocol{
		Name: name, Title: title, Paper: "arXiv:1712.04086, section 4.1",
		Differs: "networks of 2 layers of 128 in place of 4 of 400 with batch normalisation and 3 maxout layers of 200 × 5; 50,000 steps in place of 400,000; 3 trials in place of 10",
		Takes:   3 * time.Minute, Seeds: 3,
	}
	for _, pack := range []struct{ name, published, packing string }{{"GAN", gan, "1"}, {"PacGAN2", two, "2"}, {"PacGAN4", four, "4"}} {
		p.Trainings = append(p.Trainings, Training{pack.name, versus.Plan{
			Variants: []string{"gan"}, Data: []string{dataset}, Steps: 50_000, Batch: 100,
			Params:   map[string]string{"lr_d": "1e-4", "lr_g": "1e-4", "beta1": "0.8", "ema": "0", "packing": pack.packing},
			Measures: []string{"modes"}, Samples: 2500,
		}})
		p.Targets = append(p.Targets,
			Target{What: pack.name + ": modes captured", Published: pack.published, Training: pack.name, Read: last("modes captured")},
			Target{What: pack.name + ": high-quality samples", Training: pack.name, Read: last("high-quality samples")})
	}
	return p
}

// stackedModes is PacGAN's table of stacked MNIST, on 26,000 samples.
var stackedModes = stackedTable()

func stackedTable() Protocol {
	p := Protocol{
		Name: "stacked-mnist", Title: "Modes of stacked MNIST and the KL of their shares", Paper: "arXiv:1712.04086, section 4.2",
		Differs: "the network slim28 at half its width, for 1,500 steps",
		Takes:   20 * time.Minute, Seeds: 1,
	}
	for _, line := range []struct {
		name, variant, modes, kl string
		params                   map[string]string
	}{
		{"GAN", "gan", "78.9", "4.50", map[string]string{"width": "16", "latent": "64"}},
		{"PacGAN2", "gan", "1000", "0.06", map[string]string{"width": "16", "latent": "64", "packing": "2"}},
		{"WGAN-GP", "wgangp", "959", "0.73", map[string]string{"width": "16", "latent": "64"}},
	} {
		p.Trainings = append(p.Trainings, Training{line.name, versus.Plan{
			Variants: []string{line.variant}, Data: []string{"stacked-mnist"}, Steps: 1500, Arch: "slim28",
			Params: line.params, Measures: []string{"stacked"}, Samples: metrics.StackedSamples,
		}})
		p.Targets = append(p.Targets,
			Target{What: line.name + ": modes captured of 1,000", Published: line.modes, Training: line.name, Read: last("stacked modes captured (LeNet)")},
			Target{What: line.name + ": KL of the modes, nats", Published: line.kl, Training: line.name, Read: last("KL of the stacked modes (LeNet)")})
	}
	return p
}
