package gan

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

// Variant is a GAN as its paper tells it: names, settings and two losses. All
// else has a default.
type Variant struct {
	Name      string // lower case: "wgangp"
	Title     string // "Wasserstein GAN with gradient penalty"
	Year      int
	Paper     string // "arXiv:1704.00028"
	Objective string // the losses in words and formulas, a few lines

	Labels zoo.Labels // what it does with labels; empty: LabelsUnused

	Params []Param // its own settings, beside the common ones
	Images Setup   // how it begins on images
	Points Setup   // what differs on points in the plane

	// Outputs is the number of the discriminator's outputs; nil means 1.
	Outputs func(s *Settings) int

	// Discriminator and Generator are the losses, as scalars to be minimised.
	// Each may look through both networks; only its own is updated.
	Discriminator func(s *Step) *graph.Node
	Generator     func(s *Step) *graph.Node

	// CriticSteps is the number of discriminator updates before generator
	// update number step (from 0); nil means the setting n_critic.
	CriticSteps func(s *Settings, step int64) int

	// AfterStep changes the new value of a weight of the discriminator after
	// each of its updates, before it is stored: clipping. nil changes nothing.
	AfterStep func(s *Step, weight *graph.Node) *graph.Node

	// Evaluate adds measures that only the variant knows to the losses on test
	// data; nil adds none.
	Evaluate func(e *Evaluation) ([]zoo.Measure, error)
}

// Setup is a set of defaults.
type Setup struct {
	Arch  string
	Batch int
	Steps int64
	Set   map[string]any // values of settings, by name
}

// Param is a setting. Its type is that of its default.
type Param struct {
	Name     string
	Default  any      // float64, int, bool or string
	Min, Max float64  // of a number, both allowed
	Choices  []string // of a string; empty: any
	Doc      string
}
