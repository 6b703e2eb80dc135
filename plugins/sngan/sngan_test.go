package sngan

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has scores of ±2 on data and 0.5 on samples.
func TestLossesByHand(t *testing.T) {
	sp := gantest.Softplus
	for _, tc := range []struct {
		loss string
		d, g float64
	}{
		// mean((1−2)₊, (1+2)₊) + (1+½)₊, and −½
		{hinge, (0+3)/2.0 + 1.5, -0.5},
		{nonSaturating, (sp(-2)+sp(2))/2 + sp(0.5), sp(-0.5)},
	} {
		c := zoo.Config{Batch: 2, Params: map[string]string{"loss": tc.loss, "lr_d": "0"}}
		m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0})
		d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
		gantest.Run(t, d, map[string][]float32{"real": {2, 0, -2, 0}, "z": {0.5, 0, 0.5, 0}})
		gantest.Near(t, tc.loss+": discriminator's loss", d.Loss(), tc.d)
		gantest.Run(t, g, map[string][]float32{"z": {0.5, 0, 0.5, 0}})
		gantest.Near(t, tc.loss+": generator's loss", g.Loss(), tc.g)
	}
}

// TestEveryWeightIsNormalised: each weight of the discriminator has its singular
// vector, which moves in its own step alone; the generator has none.
func TestEveryWeightIsNormalised(t *testing.T) {
	m, _, err := gan.NewModel(Variant, zoo.Config{Batch: 4, Params: map[string]string{"width": "2", "latent": "3"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	vectors := map[string][]float32{}
	for _, v := range m.D.Variables() {
		if strings.HasSuffix(v.Name, ".weight") {
			vectors[v.Name+"_u"] = nil
		}
	}
	for _, v := range m.Variables() {
		if strings.HasPrefix(v.Name, "generator") && strings.HasSuffix(v.Name, "_u") {
			t.Errorf("the generator has %s", v.Name)
		}
	}
	moved := func() (moved int) {
		for _, v := range m.D.Variables() {
			old, ok := vectors[v.Name]
			if !ok {
				continue
			}
			if old == nil || old[0] != v.Value.Data[0] {
				moved++
			}
			vectors[v.Name] = append([]float32(nil), v.Value.Data...)
		}
		return moved
	}
	if n := moved(); n != len(vectors) || n != 3 {
		t.Fatalf("%d of %d weights have a singular vector, want all 3", n, len(vectors))
	}
	g, d := gantest.Generator(t, m), gantest.Discriminator(t, m)
	for i, z := range [][]float32{g.Input("z"), d.Input("z")} {
		for j := range z {
			z[j] = float32(i+j%5) - 2
		}
	}
	g.Run(0)
	if n := moved(); n != 0 {
		t.Errorf("the generator's step moved %d vectors", n)
	}
	d.Run(0)
	if n := moved(); n < 2 { // that of the last layer, one output, is ±1 for good
		t.Errorf("the discriminator's step moved %d vectors", n)
	}
}

// TestTheHingeIsNotSmoothed: label smoothing is of the probability that the other
// loss has, and is refused where it would do nothing.
func TestTheHingeIsNotSmoothed(t *testing.T) {
	smoothed := func(loss string) error {
		_, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"loss": loss, "label_smoothing": "on"}}, &gantest.Points)
		return err
	}
	if err := smoothed(hinge); fault.KindOf(err) != fault.Usage {
		t.Errorf("the hinge: got %v, want a fault of kind Usage", err)
	}
	if err := smoothed(nonSaturating); err != nil {
		t.Errorf("the non-saturating loss: %v", err)
	}
}
