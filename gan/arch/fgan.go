package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// fgan is the network of f-GAN on MNIST (Nowozin et al. 2016, 1606.00709, section
// 4.2), for Width 1200 and Depth 2:
//
//	G: z100 → 1200 → 1200, BN ReLU → pixels, sigmoid
//	D: pixels → 240 → 240 → 1, ELU
var fgan = Arch{
	Name: "fgan", Takes: "images of any size", Fits: images(0),
	Latent: 100, Width: 1200, Depth: 2, Init: nn.TorchInit, Norm: NoNorm, NormG: BatchNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(denseUp(s), one(nn.Dense(s.Shape.Size())), sigmoid(), one(nn.Reshape(s.Shape...)))
	},
	Discriminator: func(s Spec) []nn.Layer {
		layers := one(nn.Flatten())
		norm := NoNorm
		for range s.Depth {
			layers = slices.Concat(layers, normed(norm, dense(max(1, s.Width/5))), one(nn.Elu()))
			if s.Dropout > 0 {
				layers = append(layers, nn.Dropout(s.Dropout))
			}
			norm = s.Norm
		}
		return append(layers, head(s)...)
	},
}
