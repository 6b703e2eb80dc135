package dcgan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has logits of 1 on data and −2 on samples.
func TestLossesByHand(t *testing.T) {
	sp := gantest.Softplus
	for _, tc := range []struct {
		smoothing string
		d         float64
	}{
		{"1", sp(-1) + sp(-2)},
		// The target .9 for data only: .9·SP(−1) + .1·SP(1).
		{"on", 0.9*sp(-1) + 0.1*sp(1) + sp(-2)},
	} {
		c := zoo.Config{Batch: 2, Params: map[string]string{"label_smoothing": tc.smoothing, "lr_d": "0"}}
		m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0})
		d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
		gantest.Run(t, d, map[string][]float32{"real": {1, 0, 1, 0}, "z": {-2, 0, -2, 0}})
		gantest.Near(t, "discriminator's loss", d.Loss(), tc.d)
		gantest.Run(t, g, map[string][]float32{"z": {-2, 0, -2, 0}})
		gantest.Near(t, "generator's loss", g.Loss(), sp(2))
	}
}

func TestPresetIsThePapers(t *testing.T) {
	_, c, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"preset": "paper"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if c.Batch != 128 {
		t.Errorf("batches of %d, want 128", c.Batch)
	}
	for name, want := range map[string]string{
		"latent": "100", "prior": "uniform", "lr_d": "0.0002", "lr_g": "0.0002", "beta1": "0.5",
		"init": "dcgan", "norm_d": "batch", "norm_g": "batch", "n_critic": "1",
	} {
		if got := c.Params[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
