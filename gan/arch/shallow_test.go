package arch

import (
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// TestShallowHasUnitPixels: between its networks the notebook has pixels of 0…1, so
// what is −1 outside counts as 0, whatever the weights, and +1 as 1.
func TestShallowHasUnitPixels(t *testing.T) {
	s := Spec{Shape: tensor.Shape{1, 1, 1}, Latent: 1, Width: 1, Depth: 1, Outputs: 1, Norm: NoNorm, NormG: NoNorm}
	d := nn.New("discriminator", s.Shape, nn.Setup{Init: shallow.Init}, shallow.Discriminator(s)...)
	for _, v := range d.Variables() {
		for i := range v.Value.Data {
			v.Value.Data[i] = 3 // weights and biases
		}
	}
	g := graph.New("scores")
	g.Output("scores", d.Apply(nn.Inference(nil), g.Input("x", 3, 1, 1, 1)))
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), []float32{-1, 0, 1})
	run.Run(0)
	for i, unit := range []float32{0, 0.5, 1} {
		if got, want := run.Output("scores").Data[i], 3*(3*unit+3)+3; got != want {
			t.Errorf("a pixel of %v scores %v, want %v", unit, got, want)
		}
	}
}
