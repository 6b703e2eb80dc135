package arch

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// improved is the network of semi-supervised learning on MNIST in "Improved
// Techniques for Training GANs" (Salimans et al. 2016, 1606.03498), as its code has
// it, for Width 1000 and Depth 5, that of D:
//
//	G: z100 → 500 → 500, BN softplus → pixels, weight norm, sigmoid
//	D: pixels → 1000 → 500 → 250 → 250 → 250 → K, weight norm, ReLU
//
// with Gaussian noise on what each layer of D takes. In D the length of the weights
// stays as it begins, but for the last layer's, so that the noise keeps its share.
// D's features are those before the last noise.
var improved = Arch{
	Name: "improved", Takes: "images of any size", Fits: images(0),
	Latent: 100, Width: 1000, Depth: 5, Init: nn.NormalInit, Norm: NoNorm, NormG: BatchNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(max(1, s.Width/2))), one(nn.Softplus()),
			normed(s.NormG, dense(max(1, s.Width/2))), one(nn.Softplus()),
			one(nn.WeightNormDense(s.Shape.Size(), 1, true)), sigmoid(), one(nn.Reshape(s.Shape...)),
		)
	},
	Discriminator: func(s Spec) []nn.Layer {
		// The noise counts in pixels from 0…1.
		layers := []nn.Layer{nn.Flatten(), unitPixels(), nn.GaussianNoise(pixelNoise)}
		gain := unitGain(pixelVariance + pixelNoise*pixelNoise)
		for i := range s.Depth {
			width := max(1, s.Width>>min(i, 2))
			if i > 0 {
				layers = append(layers, nn.GaussianNoise(hiddenNoise))
				gain = unitGain(reluVariance + hiddenNoise*hiddenNoise)
			}
			layers = append(layers, normed(s.Norm, func(o ...nn.Option) nn.Layer {
				return nn.WeightNormDense(width, gain, false, o...)
			})...)
			layers = append(layers, nn.Relu())
			if s.Dropout > 0 {
				layers = append(layers, nn.Dropout(s.Dropout))
			}
			if i == 0 {
				layers = append(layers, Told(s)...)
			}
		}
		outputs := s.Head
		if outputs == nil {
			outputs = one(nn.WeightNormDense(s.Outputs, gain, true))
		}
		return slices.Concat(layers, features(s), one(nn.GaussianNoise(hiddenNoise)), outputs)
	},
}

// Deviations of the noise on pixels of 0…1 and on hidden units, and the variances of
// what it is added to: the mean of those of MNIST's pixels, and that of ReLU of N(0,1).
const (
	pixelNoise, hiddenNoise     = 0.3, 0.5
	pixelVariance, reluVariance = 0.067, 0.34
)

// unitGain is the length of weights that makes outputs of variance 1 of inputs with
// the given one. The paper's code measures it on a first batch.
func unitGain(variance float64) float64 { return 1 / math.Sqrt(variance) }
