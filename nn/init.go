package nn

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// Init fills the weights and biases of layers before training. fanIn is the
// number of terms summed into an output, fanOut the number of outputs that an
// input reaches.
type Init struct {
	Name         string
	Weight, Bias Fill
}

// Fill writes first values, drawn from a stream, to all of dst.
type Fill func(dst []float32, fanIn, fanOut int, s tensor.Stream)

var (
	// DCGANInit draws weights from N(0, 0.02) and clears biases (Radford et
	// al. 2015, arXiv:1511.06434, section 4).
	DCGANInit = Init{"dcgan", normal(func(_, _ int) float64 { return 0.02 }), zero}
	// HeInit draws weights from N(0, √(2/fanIn)), which keeps the variance
	// through ReLU layers (He et al. 2015, arXiv:1502.01852, equation 10).
	HeInit = Init{"he", normal(func(in, _ int) float64 { return math.Sqrt(2 / float64(in)) }), zero}
	// XavierInit draws weights from U(±√(6/(fanIn+fanOut))) (Glorot & Bengio
	// 2010, equation 16).
	XavierInit = Init{"xavier", uniform(func(in, out int) float64 { return math.Sqrt(6 / float64(in+out)) }), zero}
	// NormalInit draws weights from N(0, 0.1) and clears biases: for weights whose
	// length is set apart (nn.py of Salimans et al. 2016, arXiv:1606.03498).
	NormalInit = Init{"normal", normal(func(_, _ int) float64 { return 0.1 }), zero}
	// TorchInit is PyTorch's default for linear and convolutional layers:
	// weights and biases from U(±1/√fanIn).
	TorchInit = Init{"torch", uniform(inverseRoot), uniform(inverseRoot)}
)

// Inits lists the initialisers by name.
var Inits = []Init{DCGANInit, HeInit, XavierInit, TorchInit, NormalInit}

func inverseRoot(in, _ int) float64 { return 1 / math.Sqrt(float64(in)) }

func zero(dst []float32, _, _ int, _ tensor.Stream) { clear(dst) }

func normal(sd func(fanIn, fanOut int) float64) Fill {
	return func(dst []float32, fanIn, fanOut int, s tensor.Stream) {
		s.Normal(dst)
		scale := float32(sd(fanIn, fanOut))
		for i := range dst {
			dst[i] *= scale
		}
	}
}

func uniform(bound func(fanIn, fanOut int) float64) Fill {
	return func(dst []float32, fanIn, fanOut int, s tensor.Stream) {
		limit := float32(bound(fanIn, fanOut))
		s.Uniform(dst, -limit, limit)
	}
}
