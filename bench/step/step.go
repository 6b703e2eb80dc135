// Package step makes the training steps that are measured, without the reading
// of data: n_critic updates of the discriminator and one of the generator.
package step

import (
	"errors"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// Training takes steps on examples that stay the same.
type Training struct {
	Model  *gan.Model
	Config zoo.Config // with every setting

	d, g    *gan.Program
	critic  int   // updates of the discriminator in a step
	updates int64 // of the discriminator so far
}

// New makes the steps of a variant on images of the shape C×H×W, over the pool's
// threads.
func New(v *gan.Variant, c zoo.Config, shape []int, pool *kernel.Pool) (*Training, error) {
	model, config, err := gan.NewModel(v, c, &zoo.Dataset{Kind: zoo.Images, Shape: shape, Count: c.Batch})
	if err != nil {
		return nil, err
	}
	t := &Training{Model: model, Config: config, critic: model.Settings.Int("n_critic")}
	o := gan.StepOptions{Pool: pool, Scratch: new(graph.Scratch), Precision: model.Settings.Precision()}
	var failed error
	err = graph.Catch(func() {
		if t.d, failed = model.DiscriminatorStep(o); failed == nil {
			t.g, failed = model.GeneratorStep(o)
		}
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	tensor.NewStream(1, "examples", 0).Uniform(t.d.Input("real"), -1, 1)
	return t, nil
}

// Run takes a step. The first also makes the memory that later ones use.
func (t *Training) Run() {
	for range t.critic {
		t.d.Run(t.updates)
		t.updates++
	}
	t.g.Run(t.updates)
}

// NCritic is the number of updates of the discriminator in a step.
func (t *Training) NCritic() int { return t.critic }

// Images is the number of real images that the discriminator sees in a step.
func (t *Training) Images() int { return t.critic * t.Config.Batch }

// MACs returns the multiply-adds of a step's matrix products and convolutions.
func (t *Training) MACs() int64 { return int64(t.critic)*t.d.MACs() + t.g.MACs() }
