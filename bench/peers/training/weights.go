package training

import "math"

// Weights are a layer's first ones. Weight is laid out as PyTorch does:
// out×in of Dense, out×in×4×4 of Halve, in×out×4×4 of Double.
type Weights struct {
	Weight []float32
	Bias   []float32 // of the layer, or of its batch norm, whose scale is all ones
}

type parameter struct{ size, fanIn int }

// parameters are the layer's weight, and either its bias or its norm's scale and
// shift.
func (l *Layer) parameters() []parameter {
	weight := parameter{l.In * l.Out, l.In}
	switch l.Op {
	case Halve:
		weight = parameter{l.In * l.Out * 16, l.In * 16}
	case Double: // PyTorch takes a fan for the other direction here
		weight = parameter{l.In * l.Out * 16, l.Out * 16}
	}
	if l.BatchNorm {
		return []parameter{weight, {l.Out, 0}, {l.Out, 0}}
	}
	return []parameter{weight, {l.Out, weight.fanIn}}
}

// First returns the first weights of layer i of a network, from U(−1/√fan_in,
// 1/√fan_in), PyTorch's default. They are the same in every program: the network
// is 0 for the generator and 1 for the discriminator.
func (l *Layer) First(network, i int) Weights {
	ps := l.parameters()
	draw := func(kind int) []float32 {
		values := make([]float32, ps[kind].size)
		Uniform(uint32(100*network+10*i+kind), values)
		for at := range values {
			values[at] *= float32(1 / math.Sqrt(float64(ps[kind].fanIn)))
		}
		return values
	}
	if l.BatchNorm {
		return Weights{Weight: draw(0), Bias: make([]float32, l.Out)}
	}
	return Weights{draw(0), draw(1)}
}

// Uniform fills values from −1 to 1 that are a function of stream and place, so
// that other languages can draw them too (Murmur3's finaliser).
func Uniform(stream uint32, values []float32) {
	for i := range values {
		h := uint32(i) + stream*0x9e3779b9
		h = (h ^ h>>16) * 0x85ebca6b
		h = (h ^ h>>13) * 0xc2b2ae35
		h ^= h >> 16
		values[i] = float32(float64(h)/(1<<31) - 1)
	}
}
