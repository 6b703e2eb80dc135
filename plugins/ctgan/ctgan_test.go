package ctgan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// model has the critic f(x) = w·h with h = dropout(x) at a rate of ½.
func model(t *testing.T, params map[string]string) *gan.Model {
	t.Helper()
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 1})
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup, nn.Dropout(0.5), nn.Features(), nn.Dense(1, nn.NoBias))
	copy(discriminator.Variables()[0].Value.Data, []float32{3, 4})
	m, err := gan.NewModelOf(Variant, zoo.Config{Batch: 2, Params: params}, &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestCriticByHand keeps both values of the first pass over data, and one in the
// second; what is kept is doubled. Draws below ½ drop.
func TestCriticByHand(t *testing.T) {
	keep, drop := float32(0.75), float32(0.25)
	inputs := map[string][]float32{
		"real": {1, 0, 0, 1}, "z": {0, 0, 0, 0}, "alpha": {0.5, 0.5},
		"discriminator.0.dropout":   {keep, keep, keep, keep}, // x′
		"discriminator.0.dropout/2": {drop, keep, keep, keep}, // x″: the first example loses its 1
		"discriminator.0.dropout/3": {keep, keep, keep, keep}, // samples
		"discriminator.0.dropout/4": {keep, keep, keep, keep}, // between
	}
	for _, tc := range []struct {
		name   string
		params map[string]string
		want   float64
	}{
		// f is 6 and 0 for the first example, h (2,0) and (0,0); the second is the
		// same in both: ½·λ₂·(6² + 0.1·2²/2).
		{"no margin", map[string]string{}, 0.5 * 2 * (36 + 0.1*2)},
		{"with a margin", map[string]string{"margin": "10"}, 0.5 * (2*(36+0.1*2) - 10)},
		{"another weight", map[string]string{"lambda2": "3"}, 0.5 * 3 * (36 + 0.1*2)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := gantest.Discriminator(t, model(t, tc.params))
			gantest.Run(t, p, inputs)
			gantest.Near(t, "consistency", p.Term("consistency"), tc.want)
			distance, penalty := (6.0+8.0)/2-0, (10.0-1)*(10-1) // the gradient is 2·(3, 4); λ is 0.1 on points
			gantest.Near(t, "distance", p.Term("distance"), distance)
			gantest.Near(t, "loss", p.Loss(), tc.want+0.1*penalty-distance)
		})
	}
}

// TestPassesDropApart: without it the consistency term would be zero for good.
func TestPassesDropApart(t *testing.T) {
	c := zoo.Config{Batch: 8, Seed: 1, Params: map[string]string{"width": "4"}}
	m, _, err := gan.NewModel(Variant, c, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.DiscriminatorStep(gan.StepOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Input("real") {
		p.Input("real")[i] = float32(i%7) - 3
	}
	p.Run(0)
	if p.Term("consistency") == 0 {
		t.Error("both passes dropped the same values")
	}
}

// TestWithoutDropout: the consistency term must be left out too.
func TestWithoutDropout(t *testing.T) {
	without := func(params map[string]string) error {
		_, _, err := gan.NewModel(Variant, zoo.Config{Params: params}, &gantest.Points)
		return err
	}
	if err := without(map[string]string{"dropout": "0"}); fault.KindOf(err) != fault.Usage {
		t.Errorf("got %v, want a fault of kind Usage", err)
	}
	if err := without(map[string]string{"dropout": "0", "lambda2": "0"}); err != nil {
		t.Errorf("with neither: %v", err)
	}
}
