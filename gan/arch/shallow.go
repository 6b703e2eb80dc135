package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// shallow is the network of DRAGAN's notebook (Kodali et al. 2017, 1705.07215),
// one dense layer of Width units each way, or Depth of them:
//
//	G: z100 → 128 → pixels, ReLU, tanh
//	D: pixels → 128 → 1, ReLU
var shallow = Arch{
	Name: "shallow", Takes: "images of any size", Fits: images(0),
	Latent: 100, Width: 128, Depth: 1, Init: nn.HeInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return append(denseUp(s), nn.Dense(s.Shape.Size()), nn.Tanh(), nn.Reshape(s.Shape...))
	},
	Discriminator: func(s Spec) []nn.Layer {
		layers := one(nn.Flatten())
		norm := NoNorm
		for range s.Depth {
			layers = slices.Concat(layers, normed(norm, dense(s.Width)), one(nn.Relu()))
			if s.Dropout > 0 {
				layers = append(layers, nn.Dropout(s.Dropout))
			}
			norm = s.Norm
		}
		return append(layers, head(s)...)
	},
}
