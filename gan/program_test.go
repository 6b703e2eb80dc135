package gan

import (
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/zoo"
)

var smallImages = zoo.Dataset{Name: "images", Kind: zoo.Images, Shape: []int{1, 28, 28}, Count: 100}

// newTestModel makes a model whose two networks both have batch normalisation.
func newTestModel(t *testing.T, params map[string]string) *Model {
	t.Helper()
	c := zoo.Config{Arch: "slim28", Batch: 4, Seed: 5, Params: map[string]string{"width": "2", "latent": "3"}}
	for k, v := range params {
		c.Params[k] = v
	}
	m, _, err := NewModel(hinge, c, &smallImages)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func values(m *Model) map[string][]float32 {
	all := map[string][]float32{}
	for _, v := range m.Variables() {
		all[v.Name] = slices.Clone(v.Value.Data)
	}
	return all
}

func runStep(t *testing.T, build func(StepOptions) (*Program, error)) *Program {
	t.Helper()
	p, err := build(StepOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	x := p.Input(realInput)
	for i := range x {
		x[i] = float32(i%11)/5 - 1
	}
	p.Run(0)
	return p
}

// changed lists the variables with other values than before.
func changed(m *Model, before map[string][]float32) map[string]bool {
	set := map[string]bool{}
	for _, v := range m.Variables() {
		if !slices.Equal(before[v.Name], v.Value.Data) {
			set[v.Name] = true
		}
	}
	return set
}

// TestAStepChangesItsOwnNetwork: weights, moments and running statistics of the
// other stay as they are; the discriminator's do not move while G trains.
func TestAStepChangesItsOwnNetwork(t *testing.T) {
	for _, own := range []string{"discriminator", "generator"} {
		t.Run(own, func(t *testing.T) {
			m := newTestModel(t, nil)
			before := values(m)
			build := m.DiscriminatorStep
			if own == "generator" {
				build = m.GeneratorStep
			}
			runStep(t, build)
			moved := changed(m, before)
			for _, v := range m.Variables() {
				mine := strings.HasPrefix(v.Name, own) || own == "generator" && strings.HasPrefix(v.Name, "average")
				if moved[v.Name] && !mine {
					t.Errorf("%s changed", v.Name)
				}
				if !moved[v.Name] && strings.HasPrefix(v.Name, own) && !strings.HasSuffix(v.Name, "bias") {
					t.Errorf("%s did not change", v.Name)
				}
			}
		})
	}
}

// TestTheAverage: after the first step the average is by 1−1/10 on the way to the
// new weights, of whichever network; in a model that settles it is the weights.
func TestTheAverage(t *testing.T) {
	m := newTestModel(t, map[string]string{"ema_d": "0.99"})
	before := values(m)
	runStep(t, m.DiscriminatorStep)
	runStep(t, m.GeneratorStep)
	if len(m.averageG.of) != len(m.G.Variables()) || len(m.averageD.of) != len(m.D.Trainable()) {
		t.Fatalf("%d and %d averages", len(m.averageG.of), len(m.averageD.of))
	}
	for _, a := range slices.Concat(m.averageG.of, m.averageD.of) {
		old := before[a.live.Name]
		for i, mean := range a.mean.Value.Data {
			want := old[i] + (a.live.Value.Data[i]-old[i])*0.9
			if d := mean - want; d > 1e-6 || d < -1e-6 {
				t.Fatalf("the average of %s is %v, want %v", a.live.Name, mean, want)
			}
		}
	}
	m.averageD.settle()
	for _, a := range m.averageD.of {
		if !slices.Equal(a.live.Value.Data, a.mean.Value.Data) {
			t.Errorf("%s did not settle on its average", a.live.Name)
		}
	}
}

func TestNoAverageIsKeptAtZeroDecay(t *testing.T) {
	m := newTestModel(t, map[string]string{"ema": "0"})
	runStep(t, m.GeneratorStep)
	for _, v := range m.Variables() {
		if strings.HasPrefix(v.Name, "average") {
			t.Errorf("there is a variable %s", v.Name)
		}
	}
}

// TestGivenDraws: random numbers become inputs, and the result follows from
// them.
func TestGivenDraws(t *testing.T) {
	m := newTestModel(t, nil)
	p, err := m.DiscriminatorStep(StepOptions{Given: true, Gradients: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"z": 4 * 3, "noise": 4 * 784, "real": 4 * 784} {
		if got := len(p.Input(name)); got != want {
			t.Errorf("the input %s has %d values, want %d", name, got, want)
		}
	}
	p.Run(0)
	for _, v := range m.D.Trainable() {
		if got := p.Output(GradientOutput(v.Name)); !got.Shape.Equal(v.Value.Shape) {
			t.Errorf("the gradient by %s has shape %v", v.Name, got.Shape)
		}
	}
}

func TestALossMustBeOneNumber(t *testing.T) {
	bad := *hinge
	bad.Generator = func(s *Step) *graph.Node { return s.D(s.Fake) }
	m, _, err := NewModel(&bad, zoo.Config{}, &smallImages)
	if err != nil {
		t.Fatal(err)
	}
	err = graph.Catch(func() { _, _ = m.GeneratorStep(StepOptions{}) })
	if err == nil || !strings.Contains(err.Error(), "Mean") {
		t.Errorf("got %v", err)
	}
}
