package nn_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

func TestParametersAreNamedAfterTheirLayer(t *testing.T) {
	net := nn.New("d", tensor.Shape{1, 8, 8}, nn.Setup{Init: nn.DCGANInit},
		nn.Conv(4, 4, 2, 1, nn.NoBias), nn.BatchNorm(), nn.LeakyRelu(0.2), nn.Dense(3))
	var names []string
	for _, v := range net.Variables() {
		names = append(names, v.Name)
	}
	want := []string{
		"d.0.weight", "d.1.weight", "d.1.bias", "d.1.running_mean", "d.1.running_var", "d.3.weight", "d.3.bias",
	}
	if !slices.Equal(names, want) {
		t.Errorf("variables %v, want %v", names, want)
	}
	if !net.Out.Equal(tensor.Shape{3}) {
		t.Errorf("out %v, want 3", net.Out)
	}
	// 4·1·4·4 + 4 + 4 + 3·(4·4·4) + 3
	if got := net.Parameters(); got != 267 {
		t.Errorf("%d parameters, want 267", got)
	}
}

func TestLayersThatDoNotFitAreRefused(t *testing.T) {
	setup := nn.Setup{Init: nn.DCGANInit}
	for name, layers := range map[string][]nn.Layer{
		"Conv on a vector":        {nn.Dense(4), nn.Conv(1, 4, 2, 1)},
		"Conv too large":          {nn.Conv(1, 9, 1, 0)},
		"Conv with no channels":   {nn.Conv(0, 3, 1, 1)},
		"ConvTranspose to naught": {nn.ConvTranspose(1, 2, 1, 4)},
		"Dense of nothing":        {nn.Dense(0)},
		"Reshape":                 {nn.Reshape(5)},
		"BatchNorm on a matrix":   {nn.Reshape(4, 4), nn.BatchNorm()},
		"LayerNorm on a matrix":   {nn.Reshape(4, 4), nn.LayerNorm()},
		"Upsample of a vector":    {nn.Dense(4), nn.Upsample(2)},
		"Dropout of everything":   {nn.Dropout(1)},
		"no rows to compare":      {nn.MinibatchDiscrimination(0, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			err := graph.Catch(func() { nn.New("net", tensor.Shape{1, 4, 4}, setup, layers...) })
			var build *graph.BuildError
			if !errors.As(err, &build) || !strings.Contains(build.Line, "network_test.go") {
				t.Errorf("got %v, want a BuildError that names this file", err)
			}
		})
	}
}

func TestApplyRefusesOtherShapes(t *testing.T) {
	net := nn.New("net", tensor.Shape{3}, nn.Setup{Init: nn.DCGANInit}, nn.Dense(1))
	g := graph.New("wrong")
	if err := graph.Catch(func() { net.Apply(nn.Training(), g.Input("x", 2, 4)) }); err == nil {
		t.Error("an example of 4 was taken by a network of 3")
	}
}

func TestWeightsFollowFromSeedAndName(t *testing.T) {
	make := func(name string, seed uint64) []float32 {
		net := nn.New(name, tensor.Shape{8}, nn.Setup{Init: nn.TorchInit, Seed: seed}, nn.Dense(8))
		return net.Variables()[0].Value.Data
	}
	if !slices.Equal(make("a", 1), make("a", 1)) {
		t.Error("the same seed and name gave other weights")
	}
	if slices.Equal(make("a", 1), make("a", 2)) || slices.Equal(make("a", 1), make("b", 1)) {
		t.Error("another seed or name gave the same weights")
	}
}

// TestInitialisers checks each one's spread on a layer of 400 inputs and 100
// outputs. With 40,000 values the standard deviation is known to 0.4 %.
func TestInitialisers(t *testing.T) {
	for _, tc := range []struct {
		init nn.Init
		sd   float64
	}{
		{nn.DCGANInit, 0.02},
		{nn.HeInit, math.Sqrt(2.0 / 400)},
		{nn.XavierInit, math.Sqrt(6.0/500) / math.Sqrt(3)}, // a uniform's sd is its bound/√3
		{nn.TorchInit, 1 / math.Sqrt(400) / math.Sqrt(3)},
	} {
		t.Run(tc.init.Name, func(t *testing.T) {
			net := nn.New("net", tensor.Shape{400}, nn.Setup{Init: tc.init, Seed: 1}, nn.Dense(100))
			var sum, squares float64
			w := net.Variables()[0].Value.Data
			for _, v := range w {
				sum, squares = sum+float64(v), squares+float64(v)*float64(v)
			}
			n := float64(len(w))
			if sd := math.Sqrt(squares / n); math.Abs(sd/tc.sd-1) > 0.02 {
				t.Errorf("standard deviation %.4g, want %.4g", sd, tc.sd)
			}
			if mean := sum / n; math.Abs(mean) > 4*tc.sd/math.Sqrt(n) {
				t.Errorf("mean %.3g", mean)
			}
		})
	}
}

// TestRunningStatistics: a network moves them once an application in Training,
// never when Frozen or at Inference.
func TestRunningStatistics(t *testing.T) {
	for _, tc := range []struct {
		name    string
		context *nn.Context
		times   int
		want    float32 // of a batch with mean 10, momentum 0.1, from 0
	}{
		{"training once", nn.Training(), 1, 1},
		{"training twice", nn.Training(), 2, 1.9},
		{"frozen", nn.Frozen(), 2, 0},
		{"inference", nn.Inference(nil), 2, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			net := nn.New("net", tensor.Shape{1}, nn.Setup{Init: nn.DCGANInit}, nn.BatchNorm())
			g := graph.New(tc.name)
			x := g.Input("x", 4, 1)
			for i := range tc.times {
				g.Output(string(rune('a'+i)), net.Apply(tc.context, x))
			}
			tc.context.Commit(g)
			run := g.MustCompile(graph.Options{})
			copy(run.Input("x"), []float32{9, 11, 8, 12})
			run.Run(0)
			if got := net.Variables()[2].Value.Data[0]; math.Abs(float64(got-tc.want)) > 1e-6 {
				t.Errorf("running mean %v, want %v", got, tc.want)
			}
		})
	}
}

// TestInferenceSwapsVariables: the averages of weights stand in for them.
func TestInferenceSwapsVariables(t *testing.T) {
	net := nn.New("net", tensor.Shape{1}, nn.Setup{Init: nn.DCGANInit}, nn.Dense(1, nn.NoBias))
	w := net.Variables()[0]
	mean := &graph.Variable{Name: "mean", Value: tensor.Of([]float32{3}, 1, 1)}
	g := graph.New("swap")
	x := g.Input("x", 1, 1)
	g.Output("y", net.Apply(nn.Inference(map[*graph.Variable]*graph.Variable{w: mean}), x))
	run := g.MustCompile(graph.Options{})
	run.Input("x")[0] = 2
	run.Run(0)
	if got := run.Output("y").Data[0]; got != 6 {
		t.Errorf("got %v, want 6", got)
	}
}
