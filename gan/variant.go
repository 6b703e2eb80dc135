package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant is a GAN as its paper tells it: names, settings and two losses. All
// else has a default.
type Variant struct {
	Name      string // lower case, as in zoo-plugin-<name>: "wgangp"
	Title     string // "Wasserstein GAN with gradient penalty"
	Year      int
	Paper     string // "arXiv:1704.00028"
	Objective string // the losses in words and formulas, a few lines

	Version string     // of the variant; empty: Version
	Kinds   []zoo.Kind // of data it learns from; empty: images and points

	// Labels is what it does with labels; empty means LabelsUnused. With
	// LabelsRequired the generator is given the class that it is to make.
	Labels zoo.Labels
	// GivenClass says that the discriminator of such a variant is given the class
	// too, as more channels of what it looks at.
	GivenClass bool

	// Codes are parts of the latents that have a name; nil means none.
	Codes func(s *Settings) []Code

	Params   []Param // its own settings, beside the common ones
	Images   Setup   // how it begins on images
	Points   Setup   // what differs on points in the plane
	Original Setup   // what differs in the paper's own setting, --preset paper; empty: there is none

	// Outputs is the number of the discriminator's outputs; nil means 1.
	Outputs func(s *Settings) int

	// Head is what makes the outputs out of the discriminator's features, where that is
	// more than a dense layer; nil means that, as does an answer of nil.
	Head func(s *Settings) []nn.Layer

	// Autoencoder makes the discriminator one: D(x) is of the shape of x, and the
	// setting code the size of what lies between.
	Autoencoder bool

	// PerExample says that the objective needs each example judged alone: what
	// ties a batch together in the discriminator is refused.
	PerExample bool

	// Check refuses settings that its objective would leave without effect; nil
	// refuses none.
	Check func(s *Settings) error

	// State names variables of the objective's own with their first values; see
	// Step.State.
	State map[string]float64

	// Discriminator and Generator are the losses, as scalars to be minimised.
	// Each may look through both networks; only its own is updated.
	Discriminator func(s *Step) *graph.Node
	Generator     func(s *Step) *graph.Node

	// CriticSteps is the number of discriminator updates before generator
	// update number step (from 0); nil means the setting n_critic.
	CriticSteps func(s *Settings, step int64) int

	// AfterStep is given the new value of a weight of the discriminator after each
	// of its updates and returns, in the same shape, the one to store: clipping. nil
	// changes nothing.
	AfterStep func(s *Step, weight *graph.Node) *graph.Node

	// Networks are what can be exported beside the generator and the
	// discriminator: what the variant is also worth having for.
	Networks []Network

	// Evaluate adds measures that only the variant knows to the losses on test
	// data; nil adds none.
	Evaluate func(e *Evaluation) ([]zoo.Measure, error)
}

// Setup is a set of defaults. What Points and Original of a Variant leave out is as in
// Images.
type Setup struct {
	Arch  string         // the name of a network of package arch; where it does not fit the data, the first that does
	Batch int            // examples
	Steps int64          // updates of the generator
	Set   map[string]any // values of settings, by name, of the types of their defaults
}

// String tells what is not among the settings.
func (u Setup) String() string {
	return fmt.Sprintf("%s with batches of %d for %d steps", u.Arch, u.Batch, u.Steps)
}

// Param is a setting, which users give as name=value. Its type is that of its default.
type Param struct {
	Name     string   // lower case with _; one of a common setting's name stands for that
	Default  any      // float64, int, bool or string
	On       any      // the value that "on" stands for; nil: none, but true for a bool
	Min, Max float64  // bounds of a number, both allowed: Max is to be given
	Choices  []string // of a string; empty: any
	Doc      string   // half a sentence, for zoo info
}
