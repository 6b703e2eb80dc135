package began

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// With A = 1 and B = ½ an example v is given back as v/2, and its loss is the
// mean of |v|/2.
var one, half = [4]float32{1, 0, 0, 1}, [4]float32{0.5, 0, 0, 0.5}

// onPoints is the objective on examples of two values, few enough to work out by
// hand.
var onPoints = func() *gan.Variant {
	v := *Variant
	v.Kinds = nil
	return &v
}()

// TestBalanceByHand follows k and the losses for some steps, with the networks
// held.
func TestBalanceByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"gamma": "0.5", "lambda_k": "0.25", "lr_d": "0", "lr_g": "0"}}
	m := gantest.Autoencoder(t, onPoints, c, [2]float32{}, one, half)
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	k := 0.0
	for _, fake := range []float64{0, 0.5, 8, 0.25} { // L(x̃); L(x) is 2
		sample := float32(2 * fake)
		gantest.Run(t, d, map[string][]float32{"real": {4, 4, -4, 4}, "z": {sample, -sample, sample, sample}})
		gantest.Near(t, "loss", d.Loss(), 2-k*fake)
		gantest.Near(t, "k before the step", d.Term("k"), k)
		gantest.Near(t, "convergence", d.Term("convergence"), 2+math.Abs(1-fake))
		k = min(max(k+0.25*(1-fake), 0), 1)
		gantest.Near(t, "k", balance(t, m), k)

		gantest.Run(t, g, map[string][]float32{"z": {sample, -sample, sample, sample}})
		gantest.Near(t, "generator's loss", g.Loss(), fake)
		gantest.Near(t, "k after the generator's step", balance(t, m), k)
	}
}

// TestBalanceIsClipped: k stays in 0…1 whichever way it is pulled.
func TestBalanceIsClipped(t *testing.T) {
	for _, tc := range []struct {
		fake float32
		want float64
	}{{0, 1}, {100, 0}} {
		c := zoo.Config{Batch: 2, Params: map[string]string{"lambda_k": "1", "lr_d": "0"}}
		m := gantest.Autoencoder(t, onPoints, c, [2]float32{}, one, half)
		d := gantest.Discriminator(t, m)
		for range 3 {
			gantest.Run(t, d, map[string][]float32{"real": {4, 4, 4, 4}, "z": {tc.fake, 0, tc.fake, 0}})
		}
		gantest.Near(t, "k", balance(t, m), tc.want)
	}
}

// TestSamplesAreInputAndTarget: the loss of x̃ = θ is the mean of |θ|/2. With the
// target taken for a constant its gradient would point the other way.
func TestSamplesAreInputAndTarget(t *testing.T) {
	g := gantest.Generator(t, gantest.Autoencoder(t, onPoints, zoo.Config{Batch: 2}, [2]float32{3, -4}, one, half))
	gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}})
	gradient := g.Output(gan.GradientOutput("generator.0.bias")).Data
	gantest.Near(t, "gradient", float64(gradient[0]), 0.25)
	gantest.Near(t, "gradient", float64(gradient[1]), -0.25)
}

func TestPresetIsThePapers(t *testing.T) {
	_, c, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"preset": "paper"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if c.Batch != 16 || c.Arch != "began" {
		t.Errorf("batches of %d on %s, want 16 on began", c.Batch, c.Arch)
	}
	for name, want := range map[string]string{
		"lr_d": "8e-05", "lr_g": "8e-05", "lr_halve": "100000", "beta1": "0.5", "gamma": "0.5", "lambda_k": "0.001",
		"latent": "64", "prior": "uniform", "norm_d": "none", "norm_g": "none",
	} {
		if got := c.Params[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestPointsAreRefused(t *testing.T) {
	if _, _, err := gan.NewModel(Variant, zoo.Config{}, &gantest.Points); fault.KindOf(err) != fault.Usage {
		t.Errorf("got %v", err)
	}
}

// balance returns the model's k.
func balance(t *testing.T, m *gan.Model) float64 {
	t.Helper()
	for _, v := range m.Variables() {
		if v.Name == "discriminator.state.k" {
			return float64(v.Value.Data[0])
		}
	}
	t.Fatal("a checkpoint would not keep k")
	return 0
}
