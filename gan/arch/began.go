package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// began is the network of BEGAN (Berthelot et al. 2017, 1703.10717, figure 1),
// with n = Width channels and Depth 3×3 convolutions with ELU at each size:
//
//	G: z64 → FC n·b·b → at each size from b×b up: Conv n ×2, nearest upsampling → Conv C, tanh
//	D: Conv n → at each size down to b×b: Conv i·n ×2, Conv (i+1)·n of stride 2 → FC 1
//
// where b is 7 or 8, half of the side as often as need be, and i counts the
// sizes. As an auto-encoder it is the paper's discriminator. The tanh, which the
// paper does not have, keeps samples to the range of images.
var began = Arch{
	Name: "began", Takes: "square images of a side of 7 or 8, or these times a power of 2",
	Fits: func(s tensor.Shape) bool {
		return len(s) == 3 && s[1] == s[2] && s[1] == base(s[1])<<halvings(s[1])
	},
	Latent: 64, Width: 32, Depth: 2, Init: nn.XavierInit, Norm: NoNorm, NormG: NoNorm,
	Generator: func(s Spec) []nn.Layer {
		b, n := base(s.Shape[1]), s.Width
		layers := []nn.Layer{nn.Dense(n * b * b), nn.Reshape(n, b, b)}
		for i := range halvings(s.Shape[1]) + 1 {
			if i > 0 {
				layers = append(layers, nn.Upsample(2))
			}
			for range s.Depth {
				layers = append(layers, elu(s.NormG, n, 1)...)
			}
		}
		return append(layers, nn.Conv(s.Shape[0], 3, 1, 1), nn.Tanh())
	},
	Discriminator: func(s Spec) []nn.Layer {
		down := func(norm Norm, out, stride int) []nn.Layer {
			if s.Dropout > 0 {
				return append(elu(norm, out, stride), nn.Dropout(s.Dropout))
			}
			return elu(norm, out, stride)
		}
		layers := slices.Concat(down(NoNorm, s.Width, 1), Told(s))
		for i := range halvings(s.Shape[1]) + 1 {
			if i > 0 {
				layers = append(layers, down(s.Norm, (i+1)*s.Width, 2)...)
			}
			for range s.Depth {
				layers = append(layers, down(s.Norm, (i+1)*s.Width, 1)...)
			}
		}
		return slices.Concat(layers, head(s))
	},
}

// elu is a 3×3 convolution of the given stride, with ELU.
func elu(norm Norm, out, stride int) []nn.Layer {
	convolution := func(o ...nn.Option) nn.Layer { return nn.Conv(out, 3, stride, 1, o...) }
	return append(normed(norm, convolution), nn.Elu())
}

// halvings is how often the side is halved down to 8 or below.
func halvings(side int) int {
	n := 0
	for ; side > 8; side /= 2 {
		n++
	}
	return n
}

// base is the side after all halvings, 7 or 8; 0 stands for other sides.
func base(side int) int {
	if b := side >> halvings(side); b == 7 || b == 8 {
		return b
	}
	return 0
}
