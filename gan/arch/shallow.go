package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// shallow is the network of DRAGAN's notebook (Kodali et al. 2017, 1705.07215),
// one dense layer of Width units each way, or Depth of them:
//
//	G: z100 → 128 → pixels, ReLU, sigmoid
//	D: pixels → 128 → 1, ReLU
//
// with pixels from 0…1 between the two.
var shallow = Arch{
	Name: "shallow", Takes: "images of any size", Fits: images(0),
	Latent: 100, Width: 128, Depth: 1, Init: nn.HeInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(denseUp(s), one(nn.Dense(s.Shape.Size())), sigmoid(), one(nn.Reshape(s.Shape...)))
	},
	Discriminator: func(s Spec) []nn.Layer {
		layers := []nn.Layer{nn.Flatten(), unitPixels()}
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
