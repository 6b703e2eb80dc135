package dragan

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestDiscriminatorByHand: d(x) = w·x has the gradient w everywhere.
func TestDiscriminatorByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"lambda": "10"}}
	p := gantest.Discriminator(t, gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{3, 4}))
	gantest.Run(t, p, map[string][]float32{
		"real": {0.1, 0.2, 0.3, 0.1}, "z": {0.1, 0, 0, -0.1}, "delta": {0.5, 0.25, 0, 1},
	})
	softplus := gantest.Softplus
	want := (softplus(-1.1)+softplus(-1.3))/2 + (softplus(0.3)+softplus(-0.4))/2 + 10*16
	gantest.Near(t, "penalty", p.Term("penalty"), 16) // (‖w‖ − 1)²
	gantest.Near(t, "loss", p.Loss(), want)
}

func TestNormToPullTo(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"k": "0.5"}}
	p := gantest.Discriminator(t, gantest.Linear(t, Variant, c, [2]float32{}, [2]float32{3, 4}))
	gantest.Run(t, p, map[string][]float32{"real": {0.1, 0.2, 0.3, 0.1}, "z": {0, 0, 0, 0}, "delta": {0, 0, 0, 0}})
	gantest.Near(t, "penalty", p.Term("penalty"), 4.5*4.5)
}

// TestPerturbation: d(x) = (w·x)² has the gradient 2(w·x)w, which tells where it
// was taken: at x + ½·sd(x)·δ for each example, or a part α of the way there.
func TestPerturbation(t *testing.T) {
	for _, tt := range []struct {
		noise string
		alpha [2]float64 // part of the way
		input []float32
	}{
		{"uniform", [2]float64{1, 1}, nil},
		{"partway", [2]float64{0.5, 0.25}, []float32{0.5, 0.25}},
	} {
		t.Run(tt.noise, func(t *testing.T) {
			p := gantest.Discriminator(t, ofSquares(t, tt.noise))
			inputs := map[string][]float32{"real": {1, -1, 3, 1}, "z": {0, 0, 0, 0}, "delta": {0.5, 0.1, 0.75, 0.9}}
			if tt.input != nil {
				inputs["alpha"] = tt.input
			}
			gantest.Run(t, p, inputs)
			sd := math.Sqrt((0 + 4 + 4 + 0) / 4.0) // of 1, −1, 3, 1, whose mean is 1
			first, second := 2*(1+tt.alpha[0]*sd/2*0.5), 2*(3+tt.alpha[1]*sd/2*0.75)
			gantest.Near(t, "penalty", p.Term("penalty"), ((first-1)*(first-1)+(second-1)*(second-1))/2)
		})
	}
}

// ofSquares is a model with d(x) = x₁².
func ofSquares(t *testing.T, noise string) *gan.Model {
	t.Helper()
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2))
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup,
		nn.Dense(1, nn.NoBias), nn.Activation((*graph.Node).Square))
	copy(discriminator.Variables()[0].Value.Data, []float32{1, 0})
	c := zoo.Config{Batch: 2, Params: map[string]string{"noise": noise}}
	m, err := gan.NewModelOf(Variant, c, &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGeneratorIsNonSaturating(t *testing.T) {
	m := gantest.Linear(t, Variant, zoo.Config{Batch: 2}, [2]float32{1, 0}, [2]float32{3, 4})
	p := gantest.Generator(t, m)
	gantest.Run(t, p, map[string][]float32{"z": {0, 0, -1, 0}})
	gantest.Near(t, "loss", p.Loss(), (gantest.Softplus(-3)+gantest.Softplus(0))/2)
}

func TestDefaultsAreTheNotebooks(t *testing.T) {
	_, c, err := gan.NewModel(Variant, zoo.Config{}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"lambda": "10", "n_critic": "1", "noise": "uniform", "beta1": "0.5", "beta2": "0.9", "norm_d": "none",
	} {
		if got := c.Params[name]; got != want {
			t.Errorf("%s is %s by default, want %s", name, got, want)
		}
	}
}

func TestBatchNormalisationIsRefused(t *testing.T) {
	_, _, err := gan.NewModel(Variant, zoo.Config{Params: map[string]string{"norm_d": "batch"}}, &gantest.Images)
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("got %v, want a fault of kind Usage", err)
	}
}
