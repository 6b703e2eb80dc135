// Package gantest helps to test an objective: it builds one step on networks
// small enough to work out by hand, with every random draw given.
package gantest

import (
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Points is data in the plane of two classes, of which only the shape matters.
var Points = zoo.Dataset{Name: "points", Kind: zoo.Points, Shape: []int{2}, Count: 100, Classes: 2}

// Images is data of 1×28×28 in ten classes, of which only the shape matters.
var Images = zoo.Dataset{Name: "images", Kind: zoo.Images, Shape: []int{1, 28, 28}, Count: 100, Classes: 10}

// Linear makes a model whose generator is z ↦ z + θ, with z in the plane, and
// whose discriminator is x ↦ W·x, with a row of W for each output.
func Linear(t *testing.T, v *gan.Variant, c zoo.Config, theta [2]float32, w ...[2]float32) *gan.Model {
	t.Helper()
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2))
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup, nn.Dense(len(w), nn.NoBias))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 1})
	copy(generator.Variables()[1].Value.Data, theta[:])
	for i, row := range w {
		copy(discriminator.Variables()[0].Value.Data[2*i:], row[:])
	}
	m, err := gan.NewModelOf(v, c, &Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Autoencoder makes a model whose generator is z ↦ z + θ, with z in the plane,
// and whose discriminator is the auto-encoder x ↦ B·A·x with the code A·x, both
// matrices of 2×2 row by row.
func Autoencoder(t *testing.T, v *gan.Variant, c zoo.Config, theta [2]float32, a, b [4]float32) *gan.Model {
	t.Helper()
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2))
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup,
		nn.Dense(2, nn.NoBias), nn.Features(), nn.Dense(2, nn.NoBias))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 1})
	copy(generator.Variables()[1].Value.Data, theta[:])
	copy(discriminator.Variables()[0].Value.Data, a[:])
	copy(discriminator.Variables()[1].Value.Data, b[:])
	m, err := gan.NewModelOf(v, c, &Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Matrices makes a model of points whose generator and discriminator are the
// given matrices, row by row: the generator's columns are for z, its codes and
// the class, the discriminator's for the point and, where it is given it, the
// class.
func Matrices(t *testing.T, v *gan.Variant, c zoo.Config, g, d [][]float32) *gan.Model {
	t.Helper()
	m, err := gan.NewModelOf(v, c, &Points, matrix("generator", g), matrix("discriminator", d))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func matrix(name string, rows [][]float32) *nn.Network {
	n := nn.New(name, tensor.Shape{len(rows[0])}, nn.Setup{Init: nn.DCGANInit}, nn.Dense(len(rows), nn.NoBias))
	copy(n.Variables()[0].Value.Data, slices.Concat(rows...))
	return n
}

// Discriminator builds the model's discriminator step with its draws as inputs
// and its gradients as outputs.
func Discriminator(t *testing.T, m *gan.Model) *gan.Program {
	t.Helper()
	return build(t, m.DiscriminatorStep)
}

// Generator builds the model's generator step likewise.
func Generator(t *testing.T, m *gan.Model) *gan.Program {
	t.Helper()
	return build(t, m.GeneratorStep)
}

func build(t *testing.T, step func(gan.StepOptions) (*gan.Program, error)) *gan.Program {
	t.Helper()
	var p *gan.Program
	var failed error
	if err := graph.Catch(func() { p, failed = step(gan.StepOptions{Given: true, Gradients: true}) }); err != nil {
		t.Fatal(err)
	}
	if failed != nil {
		t.Fatal(failed)
	}
	return p
}

// Run fills a program's inputs by name and takes the step. An input that makes
// no difference, such as α where the critic is linear, is left out.
func Run(t *testing.T, p *gan.Program, inputs map[string][]float32) {
	t.Helper()
	for name, values := range inputs {
		in := p.Input(name)
		if in == nil {
			continue
		}
		if len(in) != len(values) {
			t.Fatalf("the input %q takes %d values, not %d", name, len(in), len(values))
		}
		copy(in, values)
	}
	p.Run(0)
}

// Near compares with a tolerance of some float32 roundings.
func Near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 2e-6*max(1, math.Abs(want)) {
		t.Errorf("%s is %.8g, want %.8g", what, got, want)
	}
}

// Softplus is log(1 + eˣ), and Sigmoid its derivative.
func Softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// Sigmoid is 1/(1 + e⁻ˣ).
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
