package wgan

import (
	"math"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestWeightsAreClippedAfterTheStep: no weight that the generator meets is
// beyond the bound, whatever the last update did.
func TestWeightsAreClippedAfterTheStep(t *testing.T) {
	c := zoo.Config{Batch: 4, Params: map[string]string{"lr_d": "1", "clip": "0.01", "width": "8"}}
	m, _, err := gan.NewModel(Variant, c, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	p := gantest.Discriminator(t, m)
	real := p.Input("real")
	for i := range real {
		real[i] = float32(i%7)/3 - 1
	}
	p.Run(0)
	bound, atBound := float32(0.01), 0
	for _, v := range m.D.Trainable() {
		for _, w := range v.Value.Data {
			if w > bound || w < -bound {
				t.Fatalf("%s holds %v after the step", v.Name, w)
			}
			if w == bound || w == -bound {
				atBound++
			}
		}
	}
	if atBound == 0 {
		t.Error("no weight reached the bound: the test does not test")
	}
	for _, v := range m.D.Variables() {
		if strings.HasSuffix(v.Name, "running_var") && v.Value.Data[0] < 0.5 {
			t.Errorf("%s was clipped: it is no weight", v.Name)
		}
	}
}

// TestDiracGAN follows both players of a WGAN on data that is one point, the
// origin, by hand: θ and ψ turn round the equilibrium and do not reach it
// (Mescheder et al. 2018, arXiv:1801.04406, section 2).
func TestDiracGAN(t *testing.T) {
	const rate = 0.1
	c := zoo.Config{Batch: 2, Params: map[string]string{
		"optimizer": "sgd", "beta1": "0", "lr_d": "0.1", "lr_g": "0.1", "clip": "100",
	}}
	theta, psi := [2]float64{1, 0}, [2]float64{0, 0.5}
	m := gantest.Linear(t, Variant, c, [2]float32{1, 0}, [2]float32{0, 0.5})
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	start := math.Hypot(theta[0], theta[1]) + math.Hypot(psi[0], psi[1])
	for range 100 {
		gantest.Run(t, d, map[string][]float32{"real": {0, 0, 0, 0}, "z": {0, 0, 0, 0}})
		gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}})
		for i := range 2 {
			psi[i] -= rate * theta[i] // D minimises ψ·θ − ψ·0
			theta[i] += rate * psi[i] // G minimises −ψ·θ
		}
	}
	for i := range 2 {
		gantest.Near(t, "θ", float64(m.G.Variables()[1].Value.Data[i]), theta[i])
		gantest.Near(t, "ψ", float64(m.D.Variables()[0].Value.Data[i]), psi[i])
	}
	if end := math.Hypot(theta[0], theta[1]) + math.Hypot(psi[0], psi[1]); end < start/2 {
		t.Errorf("the players came from %.3g to %.3g of the equilibrium: a WGAN does not", start, end)
	}
}

func TestDefaultsAreThePapers(t *testing.T) {
	m, c, err := gan.NewModel(Variant, zoo.Config{}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"optimizer": "rmsprop", "n_critic": "5", "clip": "0.01",
	} {
		if got := c.Params[name]; got != want {
			t.Errorf("%s is %s by default, want %s", name, got, want)
		}
	}
	if c.Batch != 64 {
		t.Errorf("the batch is %d by default, want 64", c.Batch)
	}
	for step, want := range map[int64]int{0: 25, 24: 25, 25: 5, 499: 5, 500: 25, 501: 5} {
		if got := schedule(m.Settings, step); got != want {
			t.Errorf("%d critic updates before step %d, want %d", got, step, want)
		}
	}
}
