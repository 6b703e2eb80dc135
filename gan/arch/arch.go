// Package arch holds the networks of the zoo by name, apart from the variants
// that train them: any variant runs on any of them, so that objectives can be
// compared on equal networks and networks on equal objectives.
package arch

import (
	"fmt"
	"slices"
	"strings"

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

// Find returns the network of that name for examples of the given shape. A name that there
// is not, and a network that does not fit, are a fault of kind Usage.
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
