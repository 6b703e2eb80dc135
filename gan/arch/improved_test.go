package arch

import (
	"testing"

	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// TestImprovedSizes counts the parameters of the improved GAN's networks by hand.
func TestImprovedSizes(t *testing.T) {
	s := Spec{Shape: tensor.Shape{1, 28, 28}, Latent: improved.Latent, Width: improved.Width, Depth: improved.Depth, Outputs: 10, Norm: NoNorm, NormG: BatchNorm}
	setup := nn.Setup{Init: improved.Init}
	generator := 100*500 + 2*500 + 500*500 + 2*500 + 500*784 + 2*784 // BN has two a unit, the last layer length and bias
	if got := nn.New("generator", tensor.Shape{s.Latent}, setup, improved.Generator(s)...).Parameters(); got != generator {
		t.Errorf("G has %d parameters, want %d", got, generator)
	}
	discriminator := 784*1000 + 1000 + 1000*500 + 500 + 500*250 + 250 + 2*(250*250+250) + 250*10 + 2*10
	if got := nn.New("discriminator", s.Shape, setup, improved.Discriminator(s)...).Parameters(); got != discriminator {
		t.Errorf("D has %d parameters, want %d", got, discriminator)
	}
	for _, width := range []int{1, 2, 5} {
		s.Width = width
		if d := nn.New("discriminator", s.Shape, setup, improved.Discriminator(s)...); d.Out[0] != 10 {
			t.Errorf("width %d: D gives %v", width, d.Out)
		}
	}
}
