package acgan

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has G(z|y) = z + (0,0) or (0,5) for the first class or the
// second, the source's logit x₀ and the classes' logits x₁ and 0.
func TestLossesByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"lr_d": "0"}}
	m := gantest.Matrices(t, Variant, c,
		[][]float32{{1, 0, 0, 0}, {0, 1, 0, 5}},
		[][]float32{{1, 0}, {0, 1}, {0, 0}})
	inputs := map[string][]float32{
		"real": {3, 2, 3, 1},
		"z":    {1, 0, -2, 0}, // x̃: (1,0), (−2,5)
		"y":    {1, 0, 0, 1},
	}
	sp := gantest.Softplus
	real := (sp(-2) + sp(1)) / 2 // −log P(first|x₁ = 2) and −log P(second|x₁ = 1)
	fake := (sp(0) + sp(5)) / 2
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), sp(-3)+(sp(1)+sp(-2))/2+real+fake)
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), (sp(-1)+sp(2))/2+fake)
}

// TestOnlyTheGeneratorIsToldTheClass: the discriminator, which was told, would
// have nothing to classify.
func TestOnlyTheGeneratorIsToldTheClass(t *testing.T) {
	m, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"latent": "7"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.G.In, []int{17}) || !slices.Equal(m.D.In, []int{1, 28, 28}) || m.D.Out.Size() != 11 {
		t.Errorf("the networks take %v and %v, with %v outputs", m.G.In, m.D.In, m.D.Out)
	}
}
