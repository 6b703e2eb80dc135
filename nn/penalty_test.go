package nn_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
)

// TestGradientPenaltiesAgreeWithPyTorch differentiates a gradient's norm by the
// weights: the second derivatives of the layers. penalties.json is made by
// penalties.py beside it.
func TestGradientPenaltiesAgreeWithPyTorch(t *testing.T) {
	networks := map[string][]nn.Layer{ // as penalties.py has them
		"conv": {
			nn.Conv(3, 4, 2, 1), nn.LeakyRelu(0.2), nn.Conv(4, 4, 2, 1), nn.LeakyRelu(0.2), nn.Dense(1),
		},
		"conv transpose": {
			nn.ConvTranspose(3, 4, 2, 1), nn.Tanh(), nn.Conv(2, 4, 2, 1), nn.LeakyRelu(0.2), nn.Dense(1),
		},
		"layer norm": {
			nn.Conv(3, 4, 2, 1, nn.NoBias), nn.LayerNorm(), nn.LeakyRelu(0.2), nn.Dense(1),
		},
	}
	content, err := os.ReadFile("testdata/penalties.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []penaltyFixture
	if err := json.Unmarshal(content, &cases); err != nil {
		t.Fatal(err)
	}
	for _, f := range cases {
		t.Run(f.Name, func(t *testing.T) {
			checkPenalty(t, nn.New("net", f.Shape[1:], nn.Setup{Init: nn.TorchInit}, networks[f.Name]...), &f)
		})
	}
}

type penaltyFixture struct {
	Name               string
	Shape              []int
	X                  []float32
	Penalty            float32
	Weights, Gradients map[string][]float32
}

func checkPenalty(t *testing.T, net *nn.Network, f *penaltyFixture) {
	g := graph.New(f.Name)
	x := g.Input("x", f.Shape...)
	slope := graph.Gradient(net.Apply(nn.Training(), x), x)[0]
	penalty := slope.Norms().Sub(1).Square().Mean()
	g.Output("penalty", penalty)

	var weights []*graph.Node
	for _, v := range net.Trainable() {
		copy(v.Value.Data, f.Weights[strings.TrimPrefix(v.Name, "net.")])
		weights = append(weights, g.Variable(v))
	}
	for i, d := range graph.Gradient(penalty, weights...) {
		g.Output(net.Trainable()[i].Name, d)
	}
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), f.X)
	run.Run(0)

	near(t, "the penalty", run.Output("penalty").Data, []float32{f.Penalty})
	for _, v := range net.Trainable() {
		near(t, "the gradient by "+v.Name, run.Output(v.Name).Data, f.Gradients[strings.TrimPrefix(v.Name, "net.")])
	}
}
