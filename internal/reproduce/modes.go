package reproduce

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
)

var (
	ringModes = packingModes("ring-modes", "ring8", "Modes of a ring of 8 by packing", 50_000, 2*time.Minute, "6.3 ± 0.5", "7.9", "7.8")
	gridModes = packingModes("grid-modes", "grid25", "Modes of a grid of 25 by packing", 200_000, 6*time.Minute, "17.3 ± 0.8", "23.8", "24.8")
)

// packBatch is how many packs a batch has: the authors' code draws the examples
// of a batch anew for each place of a pack.
const packBatch = 100

// packingModes is PacGAN's table of modes, on smaller networks for fewer steps.
func packingModes(name, dataset, title string, steps int64, takes time.Duration, gan, two, four string) Protocol {
	p := Protocol{
		Name: name, Title: title, Paper: "arXiv:1712.04086, section 4.1",
		Differs: fmt.Sprintf("networks of 2 layers of 128 in place of 4 of 400 with batch normalisation and 3 maxout layers of 200 × 5; %d steps in place of 400000; 3 trials in place of 10", steps),
		Takes:   takes, Seeds: 3,
	}
	for _, line := range []struct {
		name, published string
		packing         int
	}{{"GAN", gan, 1}, {"PacGAN2", two, 2}, {"PacGAN4", four, 4}} {
		p.Trainings = append(p.Trainings, Training{line.name, versus.Plan{
			Variants: []string{"gan"}, Data: []string{dataset}, Steps: steps, Batch: packBatch * line.packing,
			Params:   map[string]string{"lr_d": "1e-4", "lr_g": "1e-4", "beta1": "0.8", "ema": "0", "packing": strconv.Itoa(line.packing)},
			Measures: []string{"modes"}, Samples: metrics.ModesSamples,
		}})
		p.Targets = append(p.Targets,
			Target{What: line.name + ": modes captured", Published: line.published, Training: line.name, Read: last("modes captured")},
			Target{What: line.name + ": high-quality samples", Training: line.name, Read: last("high-quality samples")})
	}
	return p
}

// stackedModes is PacGAN's table of stacked MNIST, on 26,000 samples.
var stackedModes = stackedTable()

func stackedTable() Protocol {
	p := Protocol{
		Name: "stacked-mnist", Title: "Modes of stacked MNIST and the KL of their shares", Paper: "arXiv:1712.04086, section 4.2",
		Differs: "the network slim28, at half its width for the GAN and twice its depth for PacGAN2, and rates of its own for each; 1,500 to 8,000 steps in place of 100,000; WGAN-GP in bfloat16, with two updates of its critic",
		Takes:   10 * time.Minute, Seeds: 1,
	}
	for _, line := range []struct {
		name, variant, modes, kl string
		steps                    int64
		params                   map[string]string
	}{
		{"GAN", "gan", "78.9", "4.50", 1500, map[string]string{"width": "16"}},
		{"PacGAN2", "gan", "1000", "0.06", 8000, map[string]string{
			"width": "32", "depth": "2", "packing": "2", "lr_d": "1e-3", "lr_g": "5e-4",
		}},
		{"WGAN-GP", "wgangp", "959", "0.73", 6000, map[string]string{
			"width": "32", "n_critic": "2", "lr_d": "1e-3", "precision": "bf16",
		}},
	} {
		line.params["latent"] = "64"
		p.Trainings = append(p.Trainings, Training{line.name, versus.Plan{
			Variants: []string{line.variant}, Data: []string{"stacked-mnist"}, Steps: line.steps, Arch: "slim28",
			Params: line.params, Measures: []string{"stacked"}, Samples: metrics.StackedSamples,
		}})
		p.Targets = append(p.Targets,
			Target{What: line.name + ": modes captured of 1,000", Published: line.modes, Training: line.name, Read: last("stacked modes captured (LeNet)")},
			Target{What: line.name + ": KL of the modes, nats", Published: line.kl, Training: line.name, Read: last("KL of the stacked modes (LeNet)")})
	}
	return p
}
