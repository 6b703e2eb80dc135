package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// toy is for points in the plane:
//
//	G: z2 → 128 → 128 → 2, ReLU
//	D: 2 → 128 → 128 → 1, LReLU
var toy = Arch{
	Name: "toy", Takes: "points in the plane",
	Fits:   func(s tensor.Shape) bool { return len(s) == 1 },
	Latent: 2, Width: 128, Init: nn.TorchInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return slices.Concat(
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			normed(s.NormG, dense(s.Width)), one(nn.Relu()),
			one(nn.Dense(s.Shape.Size())),
		)
	},
	Discriminator: func(s Spec) []nn.Layer { return denseStack(s, 2) },
}
