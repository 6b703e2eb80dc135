package lsgan

import (
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
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

// told makes a network whose matrix, row by row, takes a point and Φ(y), the map
// of one of two classes to one number.
func told(name string, phi [2]float32, rows ...[3]float32) *nn.Network {
	n := nn.New(name, tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.JoinClass(2, 1), nn.Dense(len(rows), nn.NoBias))
	copy(n.Variables()[0].Value.Data, phi[:])
	for i, row := range rows {
		copy(n.Variables()[1].Value.Data[3*i:], row[:])
	}
	return n
}

// TestConditionalByHand has G(z|y) = z + (0,0) or (5,0), and D(x|y) = x₀ + 0 or −4,
// for the first class or the second: scores of 3 and −1 on data, 1 and 2 on samples.
func TestConditionalByHand(t *testing.T) {
	m, err := gan.NewModelOf(Variant, zoo.Config{Batch: 2, Params: map[string]string{"label_map": "1", "lr_d": "0"}}, &gantest.Points,
		told("generator", [2]float32{0, 5}, [3]float32{1, 0, 1}, [3]float32{0, 1, 0}),
		told("discriminator", [2]float32{0, -4}, [3]float32{1, 0, 1}))
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string][]float32{"real": {3, 0, 3, 0}, "z": {1, 0, 1, 0}, "y": {1, 0, 0, 1}}
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), 3.25) // ½·mean(2², 2²) + ½·mean(1², 2²)
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), 0.25) // ½·mean(0², 1²)
	// ∂/∂Φ(y) is (D − c)/2, and D grows with Φ as it is: 0 and ½.
	gradient := g.Output(gan.GradientOutput("generator.0.weight")).Data
	gantest.Near(t, "gradient of the first class", float64(gradient[0]), 0)
	gantest.Near(t, "gradient of the second", float64(gradient[1]), 0.5)
}
