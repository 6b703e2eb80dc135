package featmatch

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has the features (x₀, 2·x₁), which are the outputs too.
func TestLossesByHand(t *testing.T) {
	layers := []nn.Layer{nn.Dense(2, nn.NoBias), nn.Features(), nn.Dense(2, nn.NoBias)}
	discriminator := nn.New("discriminator", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, layers...)
	copy(discriminator.Variables()[0].Value.Data, []float32{1, 0, 0, 2})
	copy(discriminator.Variables()[1].Value.Data, []float32{1, 0, 0, 1})
	generator := nn.New("generator", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.Dense(2, nn.NoBias))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 1})
	c := zoo.Config{Batch: 2, Labels: 2, Params: map[string]string{"lr_d": "0"}}
	m, err := gan.NewModelOf(Variant, c, &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}

	sp := gantest.Softplus
	lse := func(a, b float64) float64 { return math.Log(math.Exp(a) + math.Exp(b)) }
	inputs := map[string][]float32{
		"real":     {3, 1, 1, 0},  // features (3, 2), (1, 0): mean (2, 1)
		"z":        {1, -1, 0, 0}, // (1, −2), (0, 0): mean (.5, −1)
		"labelled": {2, 1, 2, 0}, "classes": {1, 0, 0, 1},
	}
	real := (sp(-lse(3, 2)) + sp(-lse(1, 0))) / 2
	fake := (sp(lse(1, -2)) + sp(lse(0, 0))) / 2
	labelled := (lse(2, 2) - 2 + lse(2, 0) - 0) / 2
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), real/2+fake/2+labelled)
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), 1.5*1.5+2*2)
}
