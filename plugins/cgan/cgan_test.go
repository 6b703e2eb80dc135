package cgan

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has G(z|y) = z + (0,0) or (5,0), and D(x|y) = x₀ + 0 or −4,
// for the first class or the second.
func TestLossesByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"lr_d": "0"}}
	m := gantest.Matrices(t, Variant, c,
		[][]float32{{1, 0, 0, 5}, {0, 1, 0, 0}},
		[][]float32{{1, 0, 0, -4}})
	inputs := map[string][]float32{
		"real": {3, 0, 3, 0}, // D: 3 and −1
		"z":    {1, 0, 1, 0}, // x̃₀: 1 and 6; D: 1 and 2
		"y":    {1, 0, 0, 1},
	}
	sp := gantest.Softplus
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), (sp(-3)+sp(1))/2+(sp(1)+sp(2))/2)
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), (sp(-1)+sp(-2))/2)
}

// TestBothAreToldTheClass: the ten classes join z, and the channels of images.
func TestBothAreToldTheClass(t *testing.T) {
	m, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"latent": "7"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.G.In, []int{17}) || !slices.Equal(m.D.In, []int{11, 28, 28}) {
		t.Errorf("the networks take %v and %v", m.G.In, m.D.In)
	}
}
