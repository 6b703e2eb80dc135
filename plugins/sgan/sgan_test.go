package sgan

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has outputs x₀, x₁ and 0, the last for FAKE.
func TestLossesByHand(t *testing.T) {
	sp := gantest.Softplus
	odds := func(a, b float64) float64 { return math.Log(math.Exp(a) + math.Exp(b)) }
	inputs := map[string][]float32{
		"real": {3, 1, 3, 1}, "z": {1, -1, 1, -1},
		"labelled": {2, 1, 2, 1}, "classes": {1, 0, 0, 1},
	}
	all := math.Log(math.Exp(2) + math.Exp(1) + 1)
	labelled := all - (2.+1.)/2 // −log p(first) and −log p(second), with FAKE in the softmax
	for loss, g := range map[string]float64{nonSaturating: sp(-odds(1, -1)), saturating: -sp(odds(1, -1))} {
		c := zoo.Config{Batch: 2, Labels: 2, Params: map[string]string{"lr_d": "0", "loss": loss}}
		m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0}, [2]float32{0, 1}, [2]float32{})
		d, generator := gantest.Discriminator(t, m), gantest.Generator(t, m)
		gantest.Run(t, d, inputs)
		gantest.Near(t, "discriminator's loss", d.Loss(), sp(-odds(3, 1))+sp(odds(1, -1))+labelled)
		gantest.Run(t, generator, inputs)
		gantest.Near(t, loss+" generator's loss", generator.Loss(), g)
	}
}

// TestWithoutLabelsItIsAGAN whose logit is the difference of the two outputs.
func TestWithoutLabelsItIsAGAN(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"lr_d": "0"}}
	m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0}, [2]float32{0, 1})
	d := gantest.Discriminator(t, m)
	gantest.Run(t, d, map[string][]float32{"real": {3, 1, 3, 1}, "z": {1, -1, 1, -1}})
	gantest.Near(t, "discriminator's loss", d.Loss(), gantest.Softplus(-2)+gantest.Softplus(2))
}
