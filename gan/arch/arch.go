// Package arch holds the networks of the zoo by name, apart from the variants
// that train them: any variant runs on any of them, so that objectives can be
// compared on equal networks and networks on equal objectives.
package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// Arch is a pair of networks that fit one shape of data.
type Arch struct {
	Name  string
	Takes string // the data it fits, for messages: "images of 28×28"
	Fits  func(shape tensor.Shape) bool

	Latent int // default size of z
	Width  int // default of Spec.Width, whose meaning the network tells
	Depth  int // default of Spec.Depth, likewise; 0: it is the network's alone
	Init   nn.Init
	Norm   Norm // in the discriminator, where the objective allows it
	NormG  Norm // in the generator

	Generator     func(s Spec) []nn.Layer // Latent to Shape
	Discriminator func(s Spec) []nn.Layer // Shape to Outputs
}

// Spec is what a pair of networks is made for.
type Spec struct {
	Shape   tensor.Shape // of one example: C×H×W, or 2
	Latent  int          // size of z
	Width   int          // scales the layers
	Depth   int          // hidden layers, or convolutions at each size
	Outputs int          // of the discriminator: 1, or K classes
	Head    []nn.Layer   // what makes the outputs out of the features; nil: a dense layer
	Norm    Norm         // in the discriminator
	NormG   Norm         // in the generator
	Dropout float64      // rate after each hidden layer of the discriminator; 0: none

	// Minibatch joins minibatch discrimination to the features that the
	// discriminator's last layer takes.
	Minibatch bool

	// LabelMap is the size of a linear map of one of Classes, that is joined where
	// Told is; 0: it is not.
	Classes, LabelMap int
}

// Norm is a normalisation by name.
type Norm string

const (
	NoNorm    Norm = "none"
	BatchNorm Norm = "batch"
	LayerNorm Norm = "layer"
)

// All lists the networks; the first that fits is not always a variant's default.
var All = []*Arch{&slim28, &dcgan28, &dcgan32, &dcgan64, &lsgan112, &mlp, &toy, &began, &shallow, &improved, &fgan}

// Names lists the networks by name.
func Names() []string {
	names := make([]string, len(All))
	for i, a := range All {
		names[i] = a.Name
	}
	return names
}

// Find returns the network of that name for examples of the given shape.
func Find(name string, shape tensor.Shape) (*Arch, error) {
	var fitting []string
	for _, a := range All {
		if a.Fits(shape) {
			fitting = append(fitting, a.Name)
		}
	}
	mend := fmt.Sprintf("for examples of %v choose one of: %s", shape, strings.Join(fitting, ", "))
	if len(fitting) == 0 {
		mend = fmt.Sprintf("no network takes examples of %v: images may have 1 or 3 channels, points 2 coordinates", shape)
	}
	i := slices.IndexFunc(All, func(a *Arch) bool { return a.Name == name })
	if i < 0 {
		return nil, fault.New(fault.Usage, fmt.Sprintf("unknown network %q", name), "--arch", mend)
	}
	if a := All[i]; !a.Fits(shape) {
		return nil, fault.New(fault.Usage,
			fmt.Sprintf("the network %s takes %s, the data has %v", name, a.Takes, shape), "--arch", mend)
	}
	return All[i], nil
}

// For returns the name of the network a variant begins with on the data: the
// wanted one where it fits, else the first that does.
func For(wanted string, shape tensor.Shape) string {
	if _, err := Find(wanted, shape); err == nil {
		return wanted
	}
	for _, a := range All {
		if a.Fits(shape) {
			return a.Name
		}
	}
	return wanted
}

// images tells whether the examples are images of side×side; 0 means any.
func images(side int) func(tensor.Shape) bool {
	return func(s tensor.Shape) bool {
		return len(s) == 3 && (side == 0 || s[1] == side && s[2] == side)
	}
}

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

// Autoencoder is a discriminator that gives back what it is shown, by way of a
// code: the network's own discriminator with as many outputs as the code has
// numbers, then its generator, normalised as the discriminator is. The code is
// what is marked as features.
func (a *Arch) Autoencoder(s Spec, code int) []nn.Layer {
	encoder, decoder := s, s
	encoder.Outputs, encoder.Head = code, nil
	decoder.NormG = s.Norm
	return slices.Concat(a.Discriminator(encoder), one(nn.Features()), a.Generator(decoder))
}

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
