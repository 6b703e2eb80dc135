package reproduce

import (
	"context"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/plugins/fgan"
	"github.com/ganzoo/ganzoo/tensor"
)

// fittedGaussian is a column of f-GAN's table (Nowozin et al. 2016,
// arXiv:1606.00709, section 2.5): the Gaussian closest to a mixture by direct
// minimisation of a divergence, and the one that its training comes to.
type fittedGaussian struct {
	divergence string
	value      float64  // of the divergence, at the minimum
	direct     gaussian // μ*, σ*
	trained    gaussian // μ̂, σ̂
}

// fittedGaussians leaves out the paper's Jeffrey divergence, whose conjugate
// needs the Lambert function.
var fittedGaussians = []fittedGaussian{
	{"kl", 0.2831, gaussian{1.0100, 1.8308}, gaussian{1.0335, 1.8236}},
	{"reverse-kl", 0.2480, gaussian{1.5782, 1.6319}, gaussian{1.5624, 1.6403}},
	{"js", 0.1280, gaussian{1.3070, 1.7542}, gaussian{1.2854, 1.7659}},
	{"pearson", 0.6457, gaussian{0.5737, 1.9274}, gaussian{0.6157, 1.9031}},
}

const (
	fitBatch    = 256
	fitSteps    = 8000
	fitBrief    = 100 // steps when it is cut short
	fitAverages = 0.5 // share of the steps at the end over which the Gaussian is averaged
	// fitPhases is how many sets of quantiles the batches go through.
	fitPhases = 64
)

// fitGaussians lays the table's figures beside ours.
func fitGaussians(ctx context.Context, briefly bool) ([]Row, error) {
	steps := fitSteps
	if briefly {
		steps = fitBrief
	}
	var rows []Row
	for _, column := range fittedGaussians {
		best, value, err := findDivergence(column.divergence).closest(fGANMixture)
		if err != nil {
			return nil, err
		}
		trained, err := fitByGame(ctx, column.divergence, steps)
		if err != nil {
			return nil, err
		}
		row := func(what string, published, ours float64, note string) {
			rows = append(rows, exact(column.divergence+": "+what, fmt.Sprintf("%.4f", published), ours, note))
		}
		integral, game := "numerical integration", fmt.Sprintf("%d steps of fgan, batch %d", steps, fitBatch)
		row("least divergence", column.value, value, integral)
		row("μ of the closest Gaussian", column.direct.mean, best.mean, integral)
		row("σ of the closest Gaussian", column.direct.sd, best.sd, integral)
		row("μ of the trained generator", column.trained.mean, trained.mean, game)
		row("σ of the trained generator", column.trained.sd, trained.sd, game)
	}
	return rows, nil
}

// fitByGame trains z ↦ μ + σ·z with fgan's own losses against a discriminator of
// two hidden layers of 64 with tanh, as the paper's.
func fitByGame(ctx context.Context, divergence string, steps int) (gaussian, error) {
	l, err := newLine(fgan.Variant, map[string]string{
		"divergence": divergence, "loss": "saturating", "ema": "0",
		"lr_d": "0.003", "lr_g": "0.003", "beta1": "0.5", "lr_halve": fmt.Sprint(max(1, steps/4)),
	}, fitBatch, []nn.Layer{nn.Dense(64), nn.Tanh(), nn.Dense(64), nn.Tanh(), nn.Dense(1)})
	if err != nil {
		return gaussian{}, err
	}
	sigma, mu := &l.model.G.Variables()[0].Value.Data[0], &l.model.G.Variables()[1].Value.Data[0]
	*mu, *sigma = 0, 1
	data, noise := phases(fGANMixture.quantiles), phases(standardQuantiles)
	order := make([]float32, 3*steps)
	tensor.NewStream(1, "phases", 0).Uniform(order, 0, fitPhases)

	var sum gaussian
	counted := 0
	for i := range steps {
		if ctx.Err() != nil {
			return gaussian{}, fault.Wrap(fault.Canceled, context.Cause(ctx), "the protocol was cancelled", "", "")
		}
		copy(l.d.Input("real"), data[int(order[3*i])])
		copy(l.d.Input("z"), noise[int(order[3*i+1])])
		l.d.Run(int64(i))
		copy(l.g.Input("z"), noise[int(order[3*i+2])])
		l.g.Run(int64(i))
		if float64(i) >= (1-fitAverages)*float64(steps) {
			sum.mean += float64(*mu)
			sum.sd += math.Abs(float64(*sigma))
			counted++
		}
	}
	return gaussian{sum.mean / float64(counted), sum.sd / float64(counted)}, nil
}

// phases are sets of quantiles that lie between one another.
func phases(quantiles func(n int, at float64) []float32) [][]float32 {
	list := make([][]float32, fitPhases)
	for i := range list {
		list[i] = quantiles(fitBatch, (float64(i)+0.5)/fitPhases)
	}
	return list
}
