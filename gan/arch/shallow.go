package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// shallow is the network of DRAGAN's notebook (Kodali et al. 2017, 1705.07215),
// one dense layer of Width units each way:
//
//	G: z100 → 128 → pixels, ReLU, tanh
//	D: pixels → 128 → 1, ReLU
var shallow = Arch{
	Name: "shallow", Takes: "images of any size", Fits: images(0),
	Latent: 100, Width: 128, Init: nn.HeInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			[]nn.Layer{nn.Dense(s.Shape.Size()), nn.Tanh(), nn.Reshape(s.Shape...)},
		)
	},
	Discriminator: func(s Spec) []nn.Layer {
		layers := []nn.Layer{nn.Flatten(), nn.Dense(s.Width), nn.Relu()}
		if s.Dropout > 0 {
			layers = append(layers, nn.Dropout(s.Dropout))
		}
		return append(layers, head(s)...)
	},
}
