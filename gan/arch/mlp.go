package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// mlp is Depth dense layers of Width units each way, for images of any size:
//
//	G: z → 512 → 512 → 512 → pixels, ReLU, tanh
//	D: pixels → 512 → 512 → 512 → 1, LReLU
var mlp = Arch{
	Name: "mlp", Takes: "images of any size", Fits: images(0),
	Latent: 128, Width: 512, Depth: 3, Init: nn.TorchInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return append(denseUp(s), nn.Dense(s.Shape.Size()), nn.Tanh(), nn.Reshape(s.Shape...))
	},
	Discriminator: denseDown,
}

// denseUp is Depth dense layers of Width units with ReLU.
func denseUp(s Spec) []nn.Layer {
	var layers []nn.Layer
	for range s.Depth {
		layers = slices.Concat(layers, normed(s.NormG, dense(s.Width)), one(nn.Relu()))
	}
	return layers
}

// denseDown is Depth dense layers of Width units with LReLU, and the outputs. As
// in DCGAN, the first layer is never normalised.
func denseDown(s Spec) []nn.Layer {
	layers := slices.Concat([]nn.Layer{nn.Flatten(), nn.Dense(s.Width)}, hidden(s), Told(s))
	for range s.Depth - 1 {
		layers = append(layers, normed(s.Norm, dense(s.Width))...)
		layers = append(layers, hidden(s)...)
	}
	return append(layers, head(s)...)
}
