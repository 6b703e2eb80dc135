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
		Name: "fgan-1d", Title: "A Gaussian fitted to a mixture of two, by divergence", Paper: "arXiv:1606.00709, section 2.5",
		Differs: "the mixture is not in the paper: it is the one that gives the paper's figures; batches are quantiles, not draws",
		Takes:   20 * time.Second, Compute: fitGaussians,
	},
	draganScores, ringModes, gridModes, catganHundred, catganUnsupervised, infoganCodes,
	wganCorrelation, stackedModes, sganAccuracies, featmatchErrors, ranking,
}

// draganScores is the curve that the authors' notebook prints.
var draganScores = Protocol{
	Name: "dragan-is", Title: "Inception score over the steps of DRAGAN's notebook", Paper: "arXiv:1705.07215, the authors' notebook",
	Differs: "60,000 training images in place of 55,000",
	Takes:   2 * time.Minute, Seeds: 3, Extractor: newRegression,
	Trainings: []Training{{"dragan", versus.Plan{
		Variants: []string{"dragan"}, Data: []string{"mnist"}, Steps: 7000, Every: 1000, Batch: 128, Arch: "shallow",
		Params:   map[string]string{"preset": "paper"},
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

// wganCorrelation is figure 3 of the paper as one number: the critic's estimate
// falls as samples get better.
var wganCorrelation = wganTable()

func wganTable() Protocol {
	p := Protocol{
		Name: "wgan-correlation", Title: "Whether WGAN's critic knows how good the samples are", Paper: "arXiv:1701.07875, figure 3",
		Differs: "the paper shows curves and pictures and no number; samples are judged by FID (LeNet); wgangp beside wgan",
		Takes:   4 * time.Minute, Seeds: 1,
	}
	for _, line := range []struct {
		variant, arch string
		steps         int64
		params        map[string]string
	}{
		// Batch normalisation keeps the scale of a clipped critic, as in the paper's
		// DCGAN; without it the estimate grows for as long as the scale does.
		{"wgan", "slim28", 2000, map[string]string{"lr_g": "1e-4"}},
		{"wgangp", "mlp", 1500, nil},
	} {
		p.Trainings = append(p.Trainings, Training{line.variant, versus.Plan{
			Variants: []string{line.variant}, Data: []string{"mnist"}, Steps: line.steps, Every: line.steps / 10, Arch: line.arch,
			Params: line.params, Measures: []string{"fid", "own"}, Samples: 5000,
		}})
		p.Targets = append(p.Targets,
			Target{What: line.variant + ": rank correlation of the critic's distance with FID", Published: "fall together", Training: line.variant,
				Read: rankCorrelation("distance", "FID (LeNet)")},
			Target{What: line.variant + ": FID (LeNet) at the end", Training: line.variant, Read: last("FID (LeNet)")})
	}
	return p
}
