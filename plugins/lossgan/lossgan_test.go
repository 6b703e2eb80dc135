package lossgan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestLossesByHand has losses of 3 and 0 on data, 1 and 5 on samples, at L1
// distances of 2 + 1 and 5.
func TestLossesByHand(t *testing.T) {
	for _, tc := range []struct {
		slope  string
		margin float64 // of the second pair, whose samples are far beyond it
	}{
		{"0", 0},
		{"0.5", 0.5 * (0.5*5 + 0 - 5)},
		{"1", 0.5*5 + 0 - 5},
	} {
		c := zoo.Config{Batch: 2, Params: map[string]string{"lambda": "0.5", "slope": tc.slope, "lr_d": "0"}}
		m := gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{1, 0})
		d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
		gantest.Run(t, d, map[string][]float32{"real": {3, 0, 0, 0}, "z": {1, 1, 5, 0}})
		gantest.Near(t, "discriminator's loss at slope "+tc.slope, d.Loss(), ((0.5*3+3-1)+tc.margin)/2)
		gantest.Near(t, "margin kept", d.Term("margin kept"), 0.5)
		gantest.Run(t, g, map[string][]float32{"z": {1, 1, 5, 0}})
		gantest.Near(t, "generator's loss", g.Loss(), 3)
	}
}
