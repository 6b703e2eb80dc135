package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// trick is a change to a training that any variant can take. Its settings leave
// it off by default; "on" turns it on as its paper has it.
type trick struct {
	settings []Param

	// input is what the discriminator is shown in place of x.
	input func(s *Step, x *graph.Node) *graph.Node
	// discriminator and generator are the players' losses in place of those given.
	discriminator, generator func(s *Step, loss *graph.Node) *graph.Node
	// state makes what the trick keeps from step to step.
	state func(m *Model)
	// check refuses what the trick does not go with.
	check func(v *Variant, s *Settings) error
}

// tricks are applied in this order. Those without a function are switches of
// the networks and optimisers: see specs and weights.
var tricks []*trick

func init() { // here, because tricks look through the discriminator, which asks them
	tricks = []*trick{
		&instanceNoise, &givenClass, &packing, // noise on single examples, which are then told the class of and packed
		&gradientPenalty, &featureMatching, &historicalAveraging,
		&virtualBatchNorm, &minibatchDiscrimination, &spectralNorm, &dropout, &labelMap,
	}
}

var (
	minibatchDiscrimination = trick{
		settings: []Param{{Name: "minibatch_discrimination", Default: false, Doc: "join to the discriminator's features how alike the batch is (1606.03498)"}},
		check: func(v *Variant, s *Settings) error {
			if s.Flag("minibatch_discrimination") {
				return s.needsBatch(v, "minibatch_discrimination", "leave it out")
			}
			return nil
		},
	}
	spectralNorm = trick{
		settings: []Param{{Name: "spectral_norm", Default: false, Doc: "divide the discriminator's weights by their largest singular value (1802.05957)"}},
	}
	dropout = trick{
		settings: []Param{{Name: "dropout", Default: 0.0, On: 0.5, Max: 0.95, Doc: "share of the discriminator's hidden values set to zero"}},
	}
)

// checkTricks refuses what does not go together.
func (s *Settings) checkTricks(v *Variant) error {
	for _, t := range tricks {
		if t.check == nil {
			continue
		}
		if err := t.check(v, s); err != nil {
			return err
		}
	}
	if s.Choice("norm_d") == string(arch.BatchNorm) {
		return s.needsBatch(v, "norm_d=batch", "give norm_d=none or norm_d=layer")
	}
	return nil
}

// needsBatch refuses a setting that ties the examples of a batch together in the
// discriminator where each must be judged alone: a gradient penalty is per
// example.
func (s *Settings) needsBatch(v *Variant, setting, mend string) error {
	if !v.PerExample && s.Param("gradient_penalty") == 0 {
		return nil
	}
	return fault.New(fault.Usage, fmt.Sprintf("%s ties the examples of a batch together, the gradient penalty is per example", setting),
		"--set "+setting, mend)
}

// shown is what the discriminator is shown in place of x.
func (s *Step) shown(x *graph.Node) *graph.Node {
	for _, t := range tricks {
		if t.input != nil {
			x = t.input(s, x)
		}
	}
	return x
}

// discriminatorLoss is the variant's loss with what the tricks make of it.
func (s *Step) discriminatorLoss() *graph.Node {
	loss := s.scalar(s.model.variant.Discriminator(s))
	for _, t := range tricks {
		if t.discriminator != nil {
			loss = t.discriminator(s, loss)
		}
	}
	return loss
}

// generatorLoss is the variant's loss with what the tricks make of it.
func (s *Step) generatorLoss() *graph.Node {
	loss := s.scalar(s.model.variant.Generator(s))
	for _, t := range tricks {
		if t.generator != nil {
			loss = t.generator(s, loss)
		}
	}
	return loss
}
