package nn_test

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

func TestHeadsStandSideBySide(t *testing.T) {
	net := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit},
		nn.Relu(),
		nn.Heads(
			[]nn.Layer{nn.Dense(1, nn.NoBias)},
			[]nn.Layer{nn.Dense(2, nn.NoBias), nn.LeakyRelu(0.5), nn.Dense(2, nn.NoBias)},
		))
	values := map[string][]float32{
		"net.1.0.0.weight": {1, 10},
		"net.1.1.0.weight": {1, 0, 0, -1},
		"net.1.1.2.weight": {0, 2, 1, 0},
	}
	if len(net.Variables()) != len(values) || net.Parameters() != 2+4+4 || !net.Out.Equal(tensor.Shape{3}) {
		t.Fatalf("%d variables of %d numbers, out %v", len(net.Variables()), net.Parameters(), net.Out)
	}
	for _, v := range net.Variables() {
		if copy(v.Value.Data, values[v.Name]) == 0 {
			t.Fatalf("a variable is called %s", v.Name)
		}
	}
	if trainable, all := nn.Size("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.Heads([]nn.Layer{nn.Dense(3)}, []nn.Layer{nn.BatchNorm()})); trainable != 9+4 || all != 9+8 {
		t.Errorf("counted %d of %d numbers", trainable, all)
	}
	g := graph.New("heads")
	g.Output("y", net.Apply(nn.Training(), g.Input("x", 2, 2)))
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), []float32{3, 4, -1, 2}) // (3, 4) and (0, 2) behind Relu
	run.Run(0)
	// The second list: (3, −4) → (3, −2) → (−4, 3), and (0, −2) → (0, −1) → (−2, 0).
	if want := []float32{43, -4, 3, 20, -2, 0}; !slices.Equal(run.Output("y").Data, want) {
		t.Errorf("got %v, want %v", run.Output("y").Data, want)
	}
}

func TestHeadsMakeNumbers(t *testing.T) {
	err := graph.Catch(func() {
		nn.New("net", tensor.Shape{4}, nn.Setup{Init: nn.DCGANInit}, nn.Heads([]nn.Layer{nn.Reshape(1, 2, 2)}))
	})
	if err == nil {
		t.Error("a head of images was taken")
	}
}
