package training

// Side is that of the images, of one channel.
const Side = 28

// Pixels are those of an image.
const Pixels = Side * Side

// Op is what a layer multiplies with.
type Op int

const (
	Dense  Op = iota
	Halve     // convolution, kernel 4×4, stride 2, padding 1
	Double    // transposed convolution, the same
)

// Activation ends a layer.
type Activation int

const (
	Linear Activation = iota
	ReLU
	LeakyReLU // of slope Slope
	Tanh
)

// Slope of LeakyReLU below zero.
const Slope = 0.2

// Layer is one of a network, as in testdata/pytorch/networks.py. One that is
// normalised has no bias. Images are C×H×W where a dense layer takes or gives them.
type Layer struct {
	Op         Op
	In, Out    int // units or channels
	Side       int // of the images that a convolution takes
	BatchNorm  bool
	Activation Activation
}

var latents = map[string]int{"mlp": 128, "dcgan28": 62}

// Latent is the size of z.
func (w Work) Latent() int { return latents[w.Arch] }

// Generator returns its layers, from z to pixels.
func (w Work) Generator() []Layer {
	if w.Arch == "mlp" {
		return []Layer{
			{Dense, w.Latent(), 512, 0, false, ReLU},
			{Dense, 512, 512, 0, false, ReLU},
			{Dense, 512, 512, 0, false, ReLU},
			{Dense, 512, Pixels, 0, false, Tanh},
		}
	}
	return []Layer{
		{Dense, w.Latent(), 1024, 0, true, ReLU},
		{Dense, 1024, 128 * 7 * 7, 0, true, ReLU},
		{Double, 128, 64, 7, true, ReLU},
		{Double, 64, 1, 14, false, Tanh},
	}
}

// Discriminator returns its layers, from pixels to a score.
func (w Work) Discriminator() []Layer {
	if w.Arch == "mlp" {
		return []Layer{
			{Dense, Pixels, 512, 0, false, LeakyReLU},
			{Dense, 512, 512, 0, w.NormD, LeakyReLU},
			{Dense, 512, 512, 0, w.NormD, LeakyReLU},
			{Dense, 512, 1, 0, false, Linear},
		}
	}
	return []Layer{
		{Halve, 1, 64, 28, false, LeakyReLU},
		{Halve, 64, 128, 14, w.NormD, LeakyReLU},
		{Dense, 128 * 7 * 7, 1024, 0, w.NormD, LeakyReLU},
		{Dense, 1024, 1, 0, false, Linear},
	}
}

// Parameters counts those of a network.
func Parameters(network []Layer) int {
	n := 0
	for i := range network {
		for _, p := range network[i].parameters() {
			n += p.size
		}
	}
	return n
}
