package gan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestDiracGAN follows both players by hand on data that is one point, the
// origin (Mescheder et al. 2018, arXiv:1801.04406, section 2): with d(x) = ψ·x
// and G(z) = θ the losses are log 2 + SP(ψ·θ) and, non-saturating, SP(−ψ·θ).
func TestDiracGAN(t *testing.T) {
	const rate = 0.1
	for _, loss := range []string{nonSaturating, saturating} {
		t.Run(loss, func(t *testing.T) {
			c := zoo.Config{Batch: 2, Params: map[string]string{
				"loss": loss, "optimizer": "sgd", "beta1": "0", "lr_d": "0.1", "lr_g": "0.1",
			}}
			theta, psi := [2]float64{1, 0.5}, [2]float64{0.25, -1}
			m := gantest.Linear(t, Variant, c, [2]float32{1, 0.5}, [2]float32{0.25, -1})
			d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
			for range 50 {
				gantest.Run(t, d, map[string][]float32{"real": {0, 0, 0, 0}, "z": {0, 0, 0, 0}})
				slope := gantest.Sigmoid(psi[0]*theta[0] + psi[1]*theta[1])
				for i := range 2 {
					psi[i] -= rate * slope * theta[i]
				}
				gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}})
				product := psi[0]*theta[0] + psi[1]*theta[1]
				slope = gantest.Sigmoid(-product)
				if loss == saturating {
					slope = gantest.Sigmoid(product)
				}
				for i := range 2 {
					theta[i] += rate * slope * psi[i]
				}
			}
			for i := range 2 {
				gantest.Near(t, "θ", float64(m.G.Variables()[1].Value.Data[i]), theta[i])
				gantest.Near(t, "ψ", float64(m.D.Variables()[0].Value.Data[i]), psi[i])
			}
		})
	}
}

// TestLossesOfSureDiscriminators: a logit of 10⁴ is finite in every form.
func TestLossesOfSureDiscriminators(t *testing.T) {
	for _, tc := range []struct {
		loss       string
		w          float32
		d, g       float64
		gGradientX float64
	}{
		{nonSaturating, 1e4, 1e4, 0, 0},      // sure, and wrong about the sample
		{nonSaturating, -1e4, 1e4, 1e4, 1e4}, // wrong about the data
		{saturating, 1e4, 1e4, -1e4, -1e4},   // E log(1−D) with D = 1
		{saturating, -1e4, 1e4, 0, 0},        // flat: why the other form is the default
	} {
		c := zoo.Config{Batch: 2, Params: map[string]string{"loss": tc.loss, "lr_d": "0"}}
		m := gantest.Linear(t, Variant, c, [2]float32{1, 0}, [2]float32{tc.w, 0})
		d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
		gantest.Run(t, d, map[string][]float32{"real": {1, 0, 1, 0}, "z": {0, 0, 0, 0}})
		gantest.Near(t, "discriminator's loss", d.Loss(), tc.d)
		gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}})
		gantest.Near(t, "generator's loss", g.Loss(), tc.g)
		gradient := g.Output(gan.GradientOutput("generator.0.bias")).Data[0]
		gantest.Near(t, "gradient by θ", float64(gradient), tc.gGradientX)
	}
}
