package arch

import (
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// toy is for points in the plane, Depth dense layers of Width units each way:
//
//	G: z2 → 128 → 128 → 2, ReLU
//	D: 2 → 128 → 128 → 1, LReLU
var toy = Arch{
	Name: "toy", Takes: "points in the plane",
	Fits:   func(s tensor.Shape) bool { return len(s) == 1 },
	Latent: 2, Width: 128, Depth: 2, Init: nn.TorchInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return append(denseUp(s), nn.Dense(s.Shape.Size()))
	},
	Discriminator: denseDown,
}
