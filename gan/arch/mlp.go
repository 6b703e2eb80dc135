package arch

import "github.com/ganzoo/ganzoo/nn"

// mlp is three dense layers of Width units each way, for images of any size:
//
//	G: z → 512 → 512 → 512 → pixels, ReLU, tanh
//	D: pixels → 512 → 512 → 512 → 1, LReLU
var mlp = Arch{
	Name: "mlp", Takes: "images of any size", Fits: images(0),
	Latent: 128, Width: 512, Init: nn.TorchInit, Norm: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		return []nn.Layer{
			nn.Dense(s.Width), nn.Relu(),
			nn.Dense(s.Width), nn.Relu(),
			nn.Dense(s.Width), nn.Relu(),
			nn.Dense(s.Shape.Size()), nn.Tanh(), nn.Reshape(s.Shape...),
		}
	},
	Discriminator: func(s Spec) []nn.Layer { return denseStack(s, 3) },
}

// denseStack is n dense layers of Width units with LReLU, and the outputs. As
// in DCGAN, the first layer is never normalised.
func denseStack(s Spec, n int) []nn.Layer {
	layers := []nn.Layer{nn.Flatten(), nn.Dense(s.Width), nn.LeakyRelu(slope)}
	for range n - 1 {
		layers = append(layers, normed(s.Norm, dense(s.Width))...)
		layers = append(layers, nn.LeakyRelu(slope))
	}
	return append(layers, nn.Dense(s.Outputs))
}
