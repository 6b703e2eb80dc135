package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// dcgan28 is the MNIST network of InfoGAN (1606.03657, appendix C.1), which the
// classic zoos share:
//
//	G: z62 → FC 1024 BN ReLU → FC 128·7·7 BN ReLU → ConvT 64 BN ReLU → ConvT C, tanh
//	D: Conv 64 LReLU → Conv 128 BN LReLU → FC 1024 BN LReLU → FC 1
//
// Width 64 stands for the four sizes: W, 2W and 16W. Depth is 1: more of it adds
// convolutions of 3×3 at each size, here and in the networks below.
var dcgan28 = Arch{
	Name: "dcgan28", Takes: "images of 28×28", Fits: images(28),
	Latent: 62, Width: 64, Depth: 1, Init: nn.DCGANInit, Norm: BatchNorm, NormG: BatchNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(16*s.Width)), one(nn.Relu()),
			normed(s.NormG, dense(2*s.Width*7*7)), one(nn.Relu()),
			one(nn.Reshape(2*s.Width, 7, 7)),
			normed(s.NormG, double(s.Width)), one(nn.Relu()), further(s, s.NormG, s.Width, one(nn.Relu())),
			normed(NoNorm, double(s.Shape[0])), one(nn.Tanh()),
		)
	},
	Discriminator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(NoNorm, halve(s.Width)), hidden(s), Told(s), further(s, s.Norm, s.Width, hidden(s)),
			normed(s.Norm, halve(2*s.Width)), hidden(s), further(s, s.Norm, 2*s.Width, hidden(s)), flat(s),
			normed(s.Norm, dense(16*s.Width)), hidden(s),
			head(s),
		)
	},
}

// slim28 is dcgan28 for a CPU: half the channels and no wide dense layer, a
// seventh of the work.
//
//	G: z16 → FC 64·7·7 BN ReLU → ConvT 32 BN ReLU → ConvT C, tanh
//	D: Conv 32 LReLU → Conv 64 BN LReLU → FC 1
var slim28 = Arch{
	Name: "slim28", Takes: "images of 28×28", Fits: images(28),
	Latent: 16, Width: 32, Depth: 1, Init: nn.DCGANInit, Norm: BatchNorm, NormG: BatchNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(2*s.Width*7*7)), one(nn.Relu()),
			one(nn.Reshape(2*s.Width, 7, 7)),
			normed(s.NormG, double(s.Width)), one(nn.Relu()), further(s, s.NormG, s.Width, one(nn.Relu())),
			normed(NoNorm, double(s.Shape[0])), one(nn.Tanh()),
		)
	},
	Discriminator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(NoNorm, halve(s.Width)), hidden(s), Told(s), further(s, s.Norm, s.Width, hidden(s)),
			normed(s.Norm, halve(2*s.Width)), hidden(s), further(s, s.Norm, 2*s.Width, hidden(s)),
			head(s),
		)
	},
}

// dcgan32 and dcgan64 are the DCGAN pyramid (1511.06434, figure 1): channels
// double as the side halves, from Width at the widest to 4×4.
var (
	dcgan32 = pyramid("dcgan32", 32, 3)
	dcgan64 = pyramid("dcgan64", 64, 4)
)

// pyramid makes a network for images of side×side with the given number of
// halvings down to 4×4.
func pyramid(name string, side, halvings int) Arch {
	return Arch{
		Name: name, Takes: "images of " + (tensor.Shape{side, side}).String(), Fits: images(side),
		Latent: 100, Width: 64, Depth: 1, Init: nn.DCGANInit, Norm: BatchNorm, NormG: BatchNorm,
		Generator: func(s Spec) []nn.Layer {
			top := s.Width << (halvings - 1)
			layers := slices.Concat(normed(s.NormG, dense(top*4*4)), one(nn.Relu()), one(nn.Reshape(top, 4, 4)))
			for i := halvings - 2; i >= 0; i-- {
				layers = slices.Concat(layers, normed(s.NormG, double(s.Width<<i)), one(nn.Relu()), further(s, s.NormG, s.Width<<i, one(nn.Relu())))
			}
			return slices.Concat(layers, normed(NoNorm, double(s.Shape[0])), one(nn.Tanh()))
		},
		Discriminator: func(s Spec) []nn.Layer {
			layers := slices.Concat(normed(NoNorm, halve(s.Width)), hidden(s), Told(s), further(s, s.Norm, s.Width, hidden(s)))
			for i := 1; i < halvings; i++ {
				layers = slices.Concat(layers, normed(s.Norm, halve(s.Width<<i)), hidden(s), further(s, s.Norm, s.Width<<i, hidden(s)))
			}
			return slices.Concat(layers, head(s))
		},
	}
}
