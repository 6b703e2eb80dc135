package arch

import (
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
)

// normed follows a layer with a normalisation.
func normed(norm Norm, layer func(...nn.Option) nn.Layer) []nn.Layer {
	switch norm {
	case BatchNorm:
		return []nn.Layer{layer(nn.NoBias), nn.BatchNorm()}
	case LayerNorm:
		return []nn.Layer{layer(nn.NoBias), nn.LayerNorm()}
	}
	return []nn.Layer{layer()}
}

func dense(out int) func(...nn.Option) nn.Layer {
	return func(o ...nn.Option) nn.Layer { return nn.Dense(out, o...) }
}

// halve is the DCGAN step down: a convolution of 4×4, stride 2, padding 1,
// which halves height and width.
func halve(out int) func(...nn.Option) nn.Layer {
	return func(o ...nn.Option) nn.Layer { return nn.Conv(out, 4, 2, 1, o...) }
}

// double is the step up, which doubles height and width.
func double(out int) func(...nn.Option) nn.Layer {
	return func(o ...nn.Option) nn.Layer { return nn.ConvTranspose(out, 4, 2, 1, o...) }
}

// further is what makes a convolutional network deeper: behind the layer that
// changes the size, convolutions of 3×3 that keep it, each ended as that is, until
// there are Depth layers at the size.
func further(s Spec, norm Norm, channels int, end []nn.Layer) []nn.Layer {
	var layers []nn.Layer
	for range s.Depth - 1 {
		keep := func(o ...nn.Option) nn.Layer { return nn.Conv(channels, 3, 1, 1, o...) }
		layers = slices.Concat(layers, normed(norm, keep), end)
	}
	return layers
}

// hidden ends a hidden layer of a discriminator.
func hidden(s Spec) []nn.Layer {
	if s.Dropout > 0 {
		return []nn.Layer{nn.LeakyRelu(slope), nn.Dropout(s.Dropout)}
	}
	return []nn.Layer{nn.LeakyRelu(slope)}
}

// Told joins the class, where the networks are told it by a linear map.
func Told(s Spec) []nn.Layer {
	if s.LabelMap == 0 {
		return nil
	}
	return one(nn.JoinClass(s.Classes, s.LabelMap))
}

// flat makes vectors of images, and joins the class to them.
func flat(s Spec) []nn.Layer {
	if s.LabelMap == 0 {
		return nil // dense layers flatten by themselves
	}
	return append(one(nn.Flatten()), Told(s)...)
}

// head is what a discriminator ends with: its features are marked, then come
// the outputs.
func head(s Spec) []nn.Layer {
	if s.Head != nil {
		return append(features(s), s.Head...)
	}
	return append(features(s), nn.Dense(s.Outputs))
}

// features marks what reaches the outputs, and joins what compares examples.
func features(s Spec) []nn.Layer {
	layers := append(flat(s), nn.Features())
	if s.Minibatch {
		layers = append(layers, nn.MinibatchDiscrimination(minibatchRows, minibatchNumbers))
	}
	return layers
}

// Sizes of minibatch discrimination (Salimans et al. 2016, 1606.03498, code).
const (
	minibatchRows    = 100
	minibatchNumbers = 5
)

// sigmoid ends a generator whose paper has pixels from 0…1. They are from −1…1 here:
// 2σ(x) − 1 is tanh(x/2).
func sigmoid() []nn.Layer {
	half := nn.Activation(func(x *graph.Node) *graph.Node { return x.Mul(0.5) })
	return []nn.Layer{half, nn.Tanh()}
}

// unitPixels maps values of −1…1 to 0…1, for networks whose paper has pixels so.
func unitPixels() nn.Layer {
	return nn.Activation(func(x *graph.Node) *graph.Node { return x.Add(1).Mul(0.5) })
}

// one makes a list of a layer, to be joined with others.
func one(l nn.Layer) []nn.Layer { return []nn.Layer{l} }

// slope of LeakyRelu in every discriminator (DCGAN, section 4).
const slope = 0.2
