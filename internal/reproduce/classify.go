package reproduce

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
)

// classificationError is the figure of variants that classify, in percent.
const classificationError = "classification error"

// mnistTest is how many test images MNIST has.
const mnistTest = 10_000

// own asks for the measures of the variant itself alone.
var own = []string{"own"}

// catganHundred and catganUnsupervised are the paper's table 1.
var (
	catganHundred = Protocol{
		Name: "catgan-100", Title: "CatGAN's error with 100 labelled digits", Paper: "arXiv:1511.06390, table 1",
		Differs: "a small convolutional network with noise on its input in place of a dense one with noise in all layers; measured by averaged weights",
		Takes:   3 * time.Minute, Seeds: 3,
		Trainings: []Training{{"labels-100", versus.Plan{
			Variants: []string{"catgan"}, Data: []string{"mnist"}, Labels: 100, Steps: 6000, Arch: "slim28", Measures: own,
			Params: map[string]string{
				"width": "16", "depth": "2", "latent": "64", "instance_noise": "0.5", "instance_noise_steps": "1000000000",
				"lr_d": "5e-4", "lr_halve": "2500", "ema_d": "0.999",
			},
		}}},
		Targets: []Target{
			{What: "test error, beside the paper's dense network", Published: "1.91%", Read: last(classificationError)},
			{What: "test error, beside the paper's convolutional network", Published: "1.39 ± 0.28%", Read: last(classificationError)},
		},
	}
	catganUnsupervised = Protocol{
		Name: "catgan-unsupervised", Title: "CatGAN's error with 20 clusters and no labels", Paper: "arXiv:1511.06390, table 1",
		Differs: "a small convolutional network with noise on its input in place of a dense one with noise in all layers",
		Takes:   2 * time.Minute, Seeds: 3,
		Trainings: []Training{{"clusters-20", versus.Plan{
			Variants: []string{"catgan"}, Data: []string{"mnist"}, Steps: 4000, Arch: "slim28", Measures: own,
			Params: map[string]string{"width": "16", "latent": "64", "instance_noise": "0.4", "instance_noise_steps": "1000000000"},
		}}},
		Targets: []Target{{What: "test error", Published: "9.70%", Read: last(classificationError)}},
	}
)

// sganAccuracies are the paper's table 1; its CNN is the same discriminator
// beside a generator that does not learn.
var sganAccuracies = sganTable()

func sganTable() Protocol {
	p := Protocol{
		Name: "sgan", Title: "SGAN's accuracy by labelled digits, beside its CNN", Paper: "arXiv:1606.01583, table 1",
		Differs: "the network slim28 at half its width and twice its depth, with noise on what the discriminator sees, for 3,000 steps; measured by averaged weights",
		Takes:   8 * time.Minute, Seeds: 2,
	}
	for _, line := range []struct {
		labels    int
		cnn, sgan string
	}{{1000, "0.965", "0.964"}, {100, "0.895", "0.928"}, {50, "0.859", "0.883"}, {25, "0.750", "0.802"}} {
		add := func(name, published, rate string) {
			name = fmt.Sprintf("%s-%d", name, line.labels)
			p.Trainings = append(p.Trainings, Training{name, versus.Plan{
				Variants: []string{"sgan"}, Data: []string{"mnist"}, Labels: line.labels, Steps: 3000, Measures: own,
				Params: map[string]string{
					"width": "16", "depth": "2", "instance_noise": "0.5", "instance_noise_steps": "1000000000",
					"lr_g": rate, "lr_d": "5e-4", "lr_halve": "1500", "ema_d": "0.999",
				},
			}})
			p.Targets = append(p.Targets, Target{What: "accuracy of " + name, Published: published, Training: name,
				Read: accuracy(last(classificationError))})
		}
		add("cnn", line.cnn, "0")
		add("sgan", line.sgan, "1e-3")
	}
	return p
}

// featmatchErrors are the paper's table 1, in errors of 10,000.
var featmatchErrors = featmatchTable()

func featmatchTable() Protocol {
	p := Protocol{
		Name: "featmatch", Title: "Improved GAN's errors by labelled digits", Paper: "arXiv:1606.03498, table 1",
		Differs: "layers multiply in bfloat16, with sums in float32",
		Takes:   135 * time.Minute, Seeds: 1,
	}
	for _, line := range []struct {
		labels    int
		published string
	}{{100, "93 ± 6.5"}, {200, "90 ± 4.2"}, {20, "1677 ± 452"}} {
		name := "labels-" + strconv.Itoa(line.labels)
		p.Trainings = append(p.Trainings, Training{name, versus.Plan{
			Variants: []string{"featmatch"}, Data: []string{"mnist"}, Labels: line.labels, Steps: 180_000, Measures: own,
			Params: map[string]string{"preset": "paper", "precision": "bf16"},
		}})
		p.Targets = append(p.Targets, Target{What: "errors with " + strconv.Itoa(line.labels) + " labels", Published: line.published,
			Training: name, Read: mistakes(last(classificationError), mnistTest)})
	}
	return p
}

// infoganCodes are what the paper says of its codes on digits, in sections 7.1
// and 7.2.
var infoganCodes = Protocol{
	Name: "infogan", Title: "InfoGAN's information and the error of its code as a classifier", Paper: "arXiv:1606.03657, sections 7.1 and 7.2",
	Differs: "the network dcgan28 at three eighths of its width, in bfloat16, with noise on what the discriminator sees, λ 0.2 and a discriminator's rate of 1e-3 for 8,000 steps",
	Takes:   7 * time.Minute, Seeds: 3,
	Trainings: []Training{{"codes", versus.Plan{
		Variants: []string{"infogan"}, Data: []string{"mnist"}, Steps: 8000, Batch: 128, Arch: "dcgan28", Measures: own,
		Params: map[string]string{
			"preset": "paper", "width": "24", "precision": "bf16", "instance_noise": "0.5", "instance_noise_steps": "1000000000",
			"lambda": "0.2", "lr_d": "1e-3",
		},
	}}},
	Targets: []Target{
		{What: "L_I of the categorical code, nats", Published: "2.30", Read: last("mutual information of c1")},
		{What: "error of the code as a classifier", Published: "5%", Read: last(classificationError)},
	},
}
