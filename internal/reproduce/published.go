package reproduce

import (
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
)

// Published is every protocol, the quickest first.
var Published = []Protocol{
	{
		Name: "dirac", Title: "Convergence of the Dirac-GAN by objective", Paper: "arXiv:1801.04406, sections 2 and 3",
		Takes: time.Second, Compute: dirac,
	},
	{
		Name: "fgan-1d", Title: "A Gaussian fitted to a mixture of two, by divergence", Paper: "arXiv:1606.00709, table 3",
		Differs: "the mixture is not in the paper: it is the one that gives the paper's figures; batches are quantiles, not draws",
		Takes:   20 * time.Second, Compute: fitGaussians,
	},
	draganScores, ringModes, gridModes, wganCorrelation,
}

// draganScores is the curve that the authors' notebook prints.
var draganScores = Protocol{
	Name: "dragan-is", Title: "Inception score over the steps of DRAGAN's notebook", Paper: "arXiv:1705.07215, the authors' notebook",
	Differs: "pixels are −1…1, so that a norm of 1 is one of 2 in the notebook; δ is not scaled down at random once more",
	Takes:   2 * time.Minute, Seeds: 3, Extractor: newRegression,
	Trainings: []Training{{"dragan", versus.Plan{
		Variants: []string{"dragan"}, Data: []string{"mnist"}, Steps: 7000, Every: 1000, Batch: 128, Arch: "shallow",
		Params:   map[string]string{"preset": "paper", "prior": "uniform", "latent": "100"},
		Measures: []string{"is"}, Samples: 50_000,
	}}},
	Targets: []Target{
		{What: "IS after 1000 steps", Published: "1.13", Read: at(1, regressionScore)},
		{What: "IS after 2000 steps", Published: "1.73", Read: at(2, regressionScore)},
		{What: "IS after 3000 steps", Published: "3.36", Read: at(3, regressionScore)},
		{What: "IS after 4000 steps", Published: "3.92", Read: at(4, regressionScore)},
		{What: "IS after 5000 steps", Published: "4.18", Read: at(5, regressionScore)},
		{What: "IS after 6000 steps", Published: "4.14", Read: at(6, regressionScore)},
		{What: "IS after 7000 steps", Published: "4.35", Read: at(7, regressionScore)},
	},
}

const regressionScore = "IS (softmax regression)"

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

// wganCorrelation is figure 3 of the paper as one number: the critic's estimate
// falls as samples get better.
var wganCorrelation = Protocol{
	Name: "wgan-correlation", Title: "Whether WGAN's critic knows how good the samples are", Paper: "arXiv:1701.07875, figure 3",
	Differs: "the paper shows curves and pictures and no number; samples are judged by FID (LeNet)",
	Takes:   6 * time.Minute, Seeds: 2,
	Trainings: []Training{{"wgan", versus.Plan{
		Variants: []string{"wgan"}, Data: []string{"mnist"}, Steps: 3000, Every: 150, Arch: "mlp",
		Measures: []string{"fid", "own"}, Samples: 5000,
	}}},
	Targets: []Target{
		{What: "rank correlation of the critic's distance with FID", Published: "falls together", Read: rankCorrelation("distance", "FID (LeNet)")},
		{What: "FID (LeNet) at the end", Read: last("FID (LeNet)")},
	},
}
