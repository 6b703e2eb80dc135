package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// fixtures is testdata/torch.json, made by reference.py beside it.
type fixtures struct {
	Optimizers []struct {
		Name         string
		W            []float32
		Grads, After [][]float32
	}
	Layers []layerFixture
}

type layerFixture struct {
	Name          string
	Shape         []int
	YShape        []int `json:"y_shape"`
	Training      bool
	Before, After map[string][]float32
	X, Y, Dy, Dx  []float32
	Gradients     map[string][]float32
}

func readFixtures(t *testing.T) *fixtures {
	t.Helper()
	content, err := os.ReadFile("testdata/torch.json")
	if err != nil {
		t.Fatal(err)
	}
	var f fixtures
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	return &f
}

// tolerance is relative to the largest value compared, ten float32 roundings.
const tolerance = 1e-6

func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	var largest, worst float64
	for i := range want {
		largest = max(largest, math.Abs(float64(want[i])))
		worst = max(worst, math.Abs(float64(got[i]-want[i])))
	}
	if worst > tolerance*max(largest, 1e-3) {
		t.Errorf("%s differs by %.3g of %.3g", what, worst, largest)
	}
}

func TestOptimizersAgreeWithPyTorch(t *testing.T) {
	rules := map[string]nn.Optimizer{ // as reference.py has them
		"sgd":          nn.SGD{Rate: 0.1},
		"momentum":     nn.SGD{Rate: 0.1, Momentum: 0.9},
		"rmsprop":      nn.RMSProp{Rate: 5e-3},
		"adam":         nn.Adam{Rate: 1e-2, Beta1: 0.5, Beta2: 0.999},
		"adam-wgangp":  nn.Adam{Rate: 1e-2, Beta1: 0, Beta2: 0.9},
		"adam-halving": nn.Halving{Optimizer: nn.Adam{Rate: 1e-2, Beta1: 0.5, Beta2: 0.999}, Every: 2},
	}
	for _, f := range readFixtures(t).Optimizers {
		t.Run(f.Name, func(t *testing.T) {
			w := &graph.Variable{Name: "w", Value: tensor.Of(f.W, len(f.W)), Trainable: true}
			u := rules[f.Name].Bind("optimizer", []*graph.Variable{w})
			g := graph.New(f.Name)
			grad := g.Input("grad", len(f.W))
			g.Assign(w, u.Update(g, []*graph.Node{grad})[0])
			step := g.MustCompile(graph.Options{})
			for i, values := range f.Grads {
				copy(step.Input("grad"), values)
				step.Run(uint64(i))
				near(t, "the weight", w.Value.Data, f.After[i])
			}
		})
	}
}

// TestAdamKeepsNoMeanWithoutNeed: with β₁ = 0 the mean of gradients is the last one.
func TestAdamKeepsNoMeanWithoutNeed(t *testing.T) {
	w := graph.NewVariable("w", true, 5)
	for beta1, want := range map[float64]int{0: 1, 0.5: 2} {
		moments := 0
		for _, v := range (nn.Adam{Rate: 1e-2, Beta1: beta1, Beta2: 0.9}).Bind("optimizer", []*graph.Variable{w}).State {
			if v.Value.Shape.Equal(w.Value.Shape) {
				moments++
			}
		}
		if moments != want {
			t.Errorf("β₁ = %v: %d moments, want %d", beta1, moments, want)
		}
	}
}

func TestLayersAgreeWithPyTorch(t *testing.T) {
	layers := map[string]nn.Layer{ // as reference.py has them
		"dense":                   nn.Dense(3),
		"conv":                    nn.Conv(3, 4, 2, 1),
		"conv-odd":                nn.Conv(3, 3, 2, 1, nn.NoBias),
		"conv-transpose":          nn.ConvTranspose(2, 4, 2, 1),
		"batch-norm-images":       nn.BatchNorm(),
		"batch-norm-vectors":      nn.BatchNorm(),
		"batch-norm-inference":    nn.BatchNorm(),
		"layer-norm":              nn.LayerNorm(),
		"elu":                     nn.Elu(),
		"upsample":                nn.Upsample(2),
		"minibatch":               nn.MinibatchDiscrimination(3, 2),
		"spectral-dense":          nn.Dense(3),
		"spectral-conv":           nn.Conv(3, 4, 2, 1),
		"spectral-conv-transpose": nn.ConvTranspose(2, 4, 2, 1),
		"weight-norm":             nn.WeightNormDense(3, 1, true),
		"softplus":                nn.Softplus(),
		"sigmoid":                 nn.Sigmoid(),
	}
	for _, f := range readFixtures(t).Layers {
		t.Run(f.Name, func(t *testing.T) { checkLayer(t, layers[f.Name], &f) })
	}
}

func checkLayer(t *testing.T, layer nn.Layer, f *layerFixture) {
	net := nn.New("net", f.Shape[1:], nn.Setup{Init: nn.TorchInit, Spectral: strings.HasPrefix(f.Name, "spectral")}, layer)
	if want := tensor.Shape(f.YShape[1:]); !net.Out.Equal(want) {
		t.Fatalf("the result has shape %v, want %v", net.Out, want)
	}
	short := func(v *graph.Variable) string { return v.Name[strings.LastIndex(v.Name, ".")+1:] }
	for _, v := range net.Variables() {
		copy(v.Value.Data, f.Before[short(v)])
	}

	g := graph.New(f.Name)
	c := nn.Inference(nil)
	if f.Training {
		c = nn.Training()
	}
	x, dy := g.Input("x", f.Shape...), g.Input("dy", f.YShape...)
	y := net.Apply(c, x)
	c.Commit(g)
	g.Output("y", y)
	trainable := net.Trainable()
	by := []*graph.Node{x}
	for _, v := range trainable {
		by = append(by, g.Variable(v))
	}
	for i, d := range graph.Gradient(y.Mul(dy), by...) {
		g.Output(by[i].Name(), d)
	}
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), f.X)
	copy(run.Input("dy"), f.Dy)
	run.Run(0)

	near(t, "y", run.Output("y").Data, f.Y)
	near(t, "dx", run.Output("x").Data, f.Dx)
	for _, v := range trainable {
		near(t, "the gradient by "+short(v), run.Output(v.Name).Data, f.Gradients[short(v)])
	}
	for _, v := range net.Variables() {
		near(t, short(v)+" afterwards", v.Value.Data, f.After[short(v)])
	}
}
