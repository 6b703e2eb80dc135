package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// lsgan112 is the network that LSGAN has for scenes of 112×112 (Mao et al. 2016,
// 1611.04076, figure 3): transposed convolutions of 3×3, of which every other one
// keeps the size at first, and convolutions of 5×5 down.
//
//	G: z → FC 4W·7·7 → ConvT 4W to 14, 4W, 4W to 28, 4W, 2W to 56, W to 112 → ConvT C, tanh; BN ReLU between
//	D: Conv W to 56 LReLU → Conv 2W, 4W, 8W to 7, BN LReLU → FC 1
//
// W = Width is 64. The size of z, and what Depth adds, are those of DCGAN.
var lsgan112 = Arch{
	Name: "lsgan112", Takes: "images of 112×112", Fits: images(112),
	Latent: 100, Width: 64, Depth: 1, Init: nn.DCGANInit, Norm: BatchNorm, NormG: BatchNorm,
	Generator: func(s Spec) []nn.Layer {
		w := s.Width
		layers := slices.Concat(normed(s.NormG, dense(4*w*7*7)), one(nn.Relu()), one(nn.Reshape(4*w, 7, 7)))
		for _, step := range []struct{ stride, channels int }{{2, 4 * w}, {1, 4 * w}, {2, 4 * w}, {1, 4 * w}, {2, 2 * w}, {2, w}} {
			layers = slices.Concat(layers, normed(s.NormG, times(step.stride, step.channels)), one(nn.Relu()))
			if step.stride > 1 {
				layers = slices.Concat(layers, further(s, s.NormG, step.channels, one(nn.Relu())))
			}
		}
		return append(layers, times(1, s.Shape[0])(), nn.Tanh())
	},
	Discriminator: func(s Spec) []nn.Layer {
		layers := slices.Concat(normed(NoNorm, halve5(s.Width)), hidden(s), Told(s), further(s, s.Norm, s.Width, hidden(s)))
		for _, channels := range []int{2 * s.Width, 4 * s.Width, 8 * s.Width} {
			layers = slices.Concat(layers, normed(s.Norm, halve5(channels)), hidden(s), further(s, s.Norm, channels, hidden(s)))
		}
		return slices.Concat(layers, head(s))
	},
}

// times is a transposed convolution of 3×3 that multiplies height and width.
func times(stride, out int) func(...nn.Option) nn.Layer {
	return func(o ...nn.Option) nn.Layer { return nn.ConvTransposeTimes(out, 3, stride, o...) }
}

// halve5 is a convolution of 5×5 that halves height and width.
func halve5(out int) func(...nn.Option) nn.Layer {
	return func(o ...nn.Option) nn.Layer { return nn.Conv(out, 5, 2, 2, o...) }
}
