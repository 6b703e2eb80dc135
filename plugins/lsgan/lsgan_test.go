package lsgan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has scores of 3 and 5 on data, 1 and −1 on samples.
func TestLossesByHand(t *testing.T) {
	for _, tc := range []struct {
		name   string
		params map[string]string
		d, g   float64
	}{
		// ½·mean(2², 4²) + ½·mean(1², 1²); ½·mean(0², 2²)
		{"0 1 1", nil, 5.5, 1},
		// ½·mean(2², 4²) + ½·mean(2², 0²); ½·mean(1², 1²)
		{"Pearson", map[string]string{"a": "-1", "b": "1", "c": "0"}, 6, 0.5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := gantest.Linear(t, Variant, zoo.Config{Batch: 2, Params: tc.params}, [2]float32{}, [2]float32{1, 0})
			d := gantest.Discriminator(t, m)
			gantest.Run(t, d, map[string][]float32{"real": {3, 0, 5, 0}, "z": {1, 0, -1, 0}})
			gantest.Near(t, "discriminator's loss", d.Loss(), tc.d)

			m = gantest.Linear(t, Variant, zoo.Config{Batch: 2, Params: tc.params}, [2]float32{}, [2]float32{1, 0})
			g := gantest.Generator(t, m)
			gantest.Run(t, g, map[string][]float32{"z": {1, 0, -1, 0}})
			gantest.Near(t, "generator's loss", g.Loss(), tc.g)
		})
	}
}
