package reproduce

import (
	"errors"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// line is a variant on the real line: z ↦ θ + ω·z against a discriminator of
// one number, with its two steps. Draws are inputs, gradients are outputs.
type line struct {
	model *gan.Model
	d, g  *gan.Program
}

func newLine(v *gan.Variant, params map[string]string, batch int, discriminator []nn.Layer) (*line, error) {
	numbers := zoo.Dataset{Name: "numbers", Kind: zoo.Points, Shape: []int{1}, Count: batch}
	l := &line{}
	var failed error
	misuse := graph.Catch(func() {
		setup := nn.Setup{Init: nn.TorchInit, Seed: 1}
		g := nn.New("generator", tensor.Shape{1}, setup, nn.Dense(1))
		d := nn.New("discriminator", tensor.Shape{1}, setup, discriminator...)
		if l.model, failed = gan.NewModelOf(v, zoo.Config{Batch: batch, Params: params}, &numbers, g, d); failed != nil {
			return
		}
		o := gan.StepOptions{Given: true, Gradients: true}
		if l.d, failed = l.model.DiscriminatorStep(o); failed != nil {
			return
		}
		l.g, failed = l.model.GeneratorStep(o)
	})
	return l, errors.Join(misuse, failed)
}

// oneWeight is the discriminator x ↦ ψ·x.
func oneWeight() []nn.Layer { return []nn.Layer{nn.Dense(1, nn.NoBias)} }
