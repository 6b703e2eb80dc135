package catgan

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand sorts into two classes with logits 100·x₀ and 0: sure when
// |x₀| is 1, at a loss when it is 0.
func TestLossesByHand(t *testing.T) {
	bit := math.Log(2)
	for _, tc := range []struct {
		name       string
		real, fake []float32
		d, g       float64
	}{
		{"sure of data of both classes, unsure of samples",
			[]float32{1, 0, -1, 0}, []float32{0, 0, 0, 0}, -bit + 0 - bit, -bit + bit},
		{"data all of one class",
			[]float32{1, 0, 1, 0}, []float32{0, 0, 0, 0}, 0 + 0 - bit, -bit + bit},
		{"sure of samples of both classes",
			[]float32{0, 0, 0, 0}, []float32{1, 0, -1, 0}, -bit + bit - 0, -bit + 0},
		{"samples all of one class",
			[]float32{1, 0, -1, 0}, []float32{1, 0, 1, 0}, -bit + 0 - 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := zoo.Config{Batch: 2, Params: map[string]string{"clusters": "2"}}
			model := func() *gan.Model {
				return gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{100, 0}, [2]float32{})
			}
			d, g := gantest.Discriminator(t, model()), gantest.Generator(t, model())
			gantest.Run(t, d, map[string][]float32{"real": tc.real, "z": tc.fake})
			gantest.Near(t, "discriminator's loss", d.Loss(), tc.d)
			gantest.Run(t, g, map[string][]float32{"z": tc.fake})
			gantest.Near(t, "generator's loss", g.Loss(), tc.g)
		})
	}
}

// TestLabelsAddCrossEntropy: with labels there is an output a class, and the
// labelled examples count with λ.
func TestLabelsAddCrossEntropy(t *testing.T) {
	c := zoo.Config{Batch: 2, Labels: 2, Params: map[string]string{"lambda": "3"}}
	m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0}, [2]float32{})
	d := gantest.Discriminator(t, m)
	gantest.Run(t, d, map[string][]float32{
		"real": {0, 0, 0, 0}, "z": {0, 0, 0, 0},
		"labelled": {2, 0, 2, 0}, "classes": {1, 0, 0, 1},
	})
	// −log σ(2) for the first, −log σ(−2) for the second.
	crossEntropy := (gantest.Softplus(-2) + gantest.Softplus(2)) / 2
	gantest.Near(t, "cross entropy", d.Term("cross entropy"), crossEntropy)
	gantest.Near(t, "loss", d.Loss(), math.Log(2)-math.Log(2)-math.Log(2)+3*crossEntropy)
}

func TestOutputs(t *testing.T) {
	for _, tc := range []struct {
		labels, want int
	}{{0, 20}, {100, 10}} {
		m, _, err := gan.NewModel(Variant, zoo.Config{Labels: tc.labels}, &gantest.Images)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.D.Out.Size(); got != tc.want {
			t.Errorf("%d outputs with %d labels, want %d", got, tc.labels, tc.want)
		}
	}
}
