package ebgan

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/zoo"
)

// With A = 1 and B = ½ an example v is given back as v/2, and its energy is
// ‖v‖/2.
var one, half = [4]float32{1, 0, 0, 1}, [4]float32{0.5, 0, 0, 0.5}

func TestLossesByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"margin": "4", "pull_away": "0", "lr_d": "0"}}
	m := gantest.Autoencoder(t, Variant, c, [2]float32{}, one, half)
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	// Energies of data 2.5 and 0.5; of samples 1.5 and 6, one beyond the margin.
	gantest.Run(t, d, map[string][]float32{"real": {3, 4, 0, 1}, "z": {0, 3, 12, 0}})
	gantest.Near(t, "discriminator's loss", d.Loss(), 1.5+(4-1.5)/2)
	gantest.Run(t, g, map[string][]float32{"z": {0, 3, 12, 0}})
	gantest.Near(t, "generator's loss", g.Loss(), (1.5+6)/2)
}

// TestSamplesAreInputAndTarget: with v given back as v/2 the energy of x̃ = θ is
// ‖θ‖/2, whose gradient is θ/(2‖θ‖). With the target taken for a constant it
// would point the other way, −θ/(2‖θ‖).
func TestSamplesAreInputAndTarget(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"pull_away": "0"}}
	g := gantest.Generator(t, gantest.Autoencoder(t, Variant, c, [2]float32{3, 4}, one, half))
	gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}})
	gradient := g.Output(gan.GradientOutput("generator.0.bias")).Data
	gantest.Near(t, "gradient", float64(gradient[0]), 3.0/10)
	gantest.Near(t, "gradient", float64(gradient[1]), 4.0/10)
}

// TestPullAway: cosines are squared, so that opposite codes are as alike as
// equal ones, and no code is compared with itself. The codes' lengths make no
// difference.
func TestPullAway(t *testing.T) {
	const angle = math.Pi / 3
	x, y := float32(7*math.Cos(angle)), float32(7*math.Sin(angle))
	for _, tc := range []struct {
		name    string
		samples []float32
		want    float64
	}{
		{"at right angles", []float32{2, 0, 0, 5, 0, 0.5}, 2.0 / 6}, // the last two are equal
		{"opposite", []float32{2, 0, -3, 0, 0, 1}, 2.0 / 6},
		{"equal", []float32{1, 1, 2, 2, 3, 3}, 1},
		{"at 60°", []float32{2, 0, x, y, 0, 1}, 2 * (0.25 + 0 + 0.75) / 6},
	} {
		c := zoo.Config{Batch: 3, Params: map[string]string{"pull_away": "0.5"}}
		g := gantest.Generator(t, gantest.Autoencoder(t, Variant, c, [2]float32{}, one, one))
		gantest.Run(t, g, map[string][]float32{"z": tc.samples})
		gantest.Near(t, tc.name, g.Term("pull-away"), tc.want)
		if got := g.Loss() - 0.5*tc.want; math.Abs(got) > 2e-6 { // all is given back: no energy but √ε
			t.Errorf("%s: the loss without the term is %g", tc.name, got)
		}
	}
}
