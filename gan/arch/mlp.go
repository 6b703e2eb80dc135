package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
)

// mlp is three dense layers of Width units each way, for images of any size:
//
//	G: z → 512 → 512 → 512 → pixels, ReLU, tanh
//	D: pixels → 512 → 512 → 512 → 1, LReLU
var mlp = Arch{
	Name: "mlp", Takes: "images of any size", Fits: images(0),
	Latent: 128, Width: 512, Init: nn.TorchInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			[]nn.Layer{nn.Dense(s.Shape.Size()), nn.Tanh(), nn.Reshape(s.Shape...)},
		)
	},
	Discriminator: func(s Spec) []nn.Layer { return denseStack(s, 3) },
}

// denseStack is n dense layers of Width units with LReLU, and the outputs. As
// in DCGAN, the first layer is never normalised.
func denseStack(s Spec, n int) []nn.Layer {
	layers := slices.Concat([]nn.Layer{nn.Flatten(), nn.Dense(s.Width)}, hidden(s), Told(s))
	for range n - 1 {
		layers = append(layers, normed(s.Norm, dense(s.Width))...)
		layers = append(layers, hidden(s)...)
	}
	return append(layers, head(s)...)
}
