package wgangp

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestCriticByHand: f(x) = w·x has the gradient w everywhere, so that loss and
// gradient are known: both must hold the distance and the penalty, with λ.
func TestCriticByHand(t *testing.T) {
	for _, tc := range []struct {
		name     string
		oneSided string
		w        [2]float32
		excess   float64 // ‖w‖ − 1
	}{
		{"above", "false", [2]float32{3, 4}, 4},
		{"below", "false", [2]float32{0.3, 0.4}, -0.5},
		{"one-sided above", "true", [2]float32{3, 4}, 4},
		{"one-sided below", "true", [2]float32{0.3, 0.4}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := zoo.Config{Batch: 2, Params: map[string]string{"lambda": "10", "one_sided": tc.oneSided}}
			p := gantest.Discriminator(t, gantest.Linear(t, Variant, c, [2]float32{}, tc.w))
			gantest.Run(t, p, map[string][]float32{
				"real": {1, 2, 3, 4}, "z": {5, 0, 7, 0}, "alpha": {0.25, 0.75},
			})
			w := [2]float64{float64(tc.w[0]), float64(tc.w[1])}
			norm := math.Hypot(w[0], w[1])
			difference := [2]float64{6 - 2, 0 - 3} // mean fake − mean real
			gantest.Near(t, "distance", p.Term("distance"), -w[0]*difference[0]-w[1]*difference[1])
			gantest.Near(t, "penalty", p.Term("penalty"), tc.excess*tc.excess)
			gantest.Near(t, "loss", p.Loss(), w[0]*difference[0]+w[1]*difference[1]+10*tc.excess*tc.excess)
			gradient := p.Output(gan.GradientOutput("discriminator.0.weight")).Data
			for i := range w {
				gantest.Near(t, "gradient", float64(gradient[i]), difference[i]+10*2*tc.excess*w[i]/norm)
			}
		})
	}
}

// TestPenaltyIsPerExample: the norms are of each example's gradient, not of the
// whole batch's, so that a batch's penalty is the mean of its examples'.
func TestPenaltyIsPerExample(t *testing.T) {
	penalty := func(real []float32) float64 {
		m, _, err := gan.NewModel(Variant, zoo.Config{Batch: 2, Seed: 3}, &gantest.Points)
		if err != nil {
			t.Fatal(err)
		}
		p := gantest.Discriminator(t, m)
		gantest.Run(t, p, map[string][]float32{"real": real, "z": {1, 1, 1, 1}, "alpha": {0.5, 0.5}})
		return p.Term("penalty")
	}
	both := penalty([]float32{2, -3, -1, 4})
	first, second := penalty([]float32{2, -3, 2, -3}), penalty([]float32{-1, 4, -1, 4})
	if first == second {
		t.Fatal("the examples are too alike for this test")
	}
	gantest.Near(t, "the penalty of both", both, (first+second)/2)
}

// TestOneAlphaPerScore: x̂ lies on the line between an example and a sample, or
// between a pack of examples and one of samples.
func TestOneAlphaPerScore(t *testing.T) {
	for packing, want := range map[string]int{"1": 6, "3": 2} {
		c := zoo.Config{Arch: "mlp", Batch: 6, Params: map[string]string{"width": "4", "packing": packing}}
		m, _, err := gan.NewModel(Variant, c, &gantest.Images)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(gantest.Discriminator(t, m).Input("alpha")); got != want {
			t.Errorf("%d values of α for 6 examples in packs of %s, want %d", got, packing, want)
		}
	}
}

func TestGeneratorByHand(t *testing.T) {
	m := gantest.Linear(t, Variant, zoo.Config{Batch: 2}, [2]float32{1, 0}, [2]float32{3, 4})
	p := gantest.Generator(t, m)
	gantest.Run(t, p, map[string][]float32{"z": {0, 0, 2, 2}})
	gantest.Near(t, "loss", p.Loss(), -(3*2 + 4*1))
}

func TestDefaultsAreThePapers(t *testing.T) {
	_, c, err := gan.NewModel(Variant, zoo.Config{}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"lambda": "10", "n_critic": "5", "optimizer": "adam", "beta1": "0.5", "beta2": "0.9", "norm_d": "none",
	} {
		if got := c.Params[name]; got != want {
			t.Errorf("%s is %s by default, want %s", name, got, want)
		}
	}
}

func TestBatchNormalisationIsRefused(t *testing.T) {
	_, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"norm_d": "batch"}}, &gantest.Images)
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("got %v, want a fault of kind Usage", err)
	}
	if _, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"norm_d": "layer"}}, &gantest.Images); err != nil {
		t.Errorf("layer normalisation: %v", err)
	}
}
