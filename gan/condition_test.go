package gan

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// conditionalHinge is the test variant with both players told the class.
var conditionalHinge = func() *Variant {
	v := *hinge
	v.Labels, v.GivenClass = zoo.LabelsRequired, true
	return &v
}()

// TestClassAsMaps joins the second of three classes to an image of one channel and
// 1×2 pixels.
func TestClassAsMaps(t *testing.T) {
	g := graph.New("class")
	x, y := g.Input("x", 1, 1, 1, 2), g.Input("y", 1, 3)
	g.Output("joined", nn.WithMaps(x, y))
	exe, err := g.Compile(graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	copy(exe.Input("x"), []float32{5, 6})
	copy(exe.Input("y"), []float32{0, 1, 0})
	exe.Run(0)
	got := exe.Output("joined")
	if want := []float32{5, 6, 0, 0, 1, 1, 0, 0}; !got.Shape.Equal(tensor.Shape{1, 4, 1, 2}) || !slices.Equal(got.Data, want) {
		t.Errorf("got %v of %v, want %v", got.Data, got.Shape, want)
	}
}

func TestSampleLabels(t *testing.T) {
	d := points(t)
	r := runTraining(t, conditionalHinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 5, Seed: 1}})
	r.checkpoint(t)
	plugin, path := NewPlugin(conditionalHinge), r.last().Checkpoint
	sample := func(labels []int64) (*tensor.Tensor, error) {
		return plugin.Sample(t.Context(), &zoo.SampleRequest{Checkpoint: path, N: 3, Seed: 2, Labels: labels})
	}
	inTurn, err := sample(nil)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := sample([]int64{0, 1, 2 % int64(d.Classes)}); err != nil || !slices.Equal(same.Data, inTurn.Data) {
		t.Errorf("without labels the classes are not taken in turn (%v)", err)
	}
	if other, err := sample([]int64{1, 1, 1}); err != nil || slices.Equal(other.Data, inTurn.Data) {
		t.Errorf("other labels give the same samples (%v)", err)
	}
	for _, labels := range [][]int64{{0}, {0, 0, int64(d.Classes)}, {0, 0, -1}} {
		if _, err := sample(labels); fault.KindOf(err) != fault.Usage {
			t.Errorf("labels %v gave %v, want a fault of kind Usage", labels, err)
		}
	}
	d.Classes, d.TrainY, d.TestY = 0, "", ""
	err = plugin.Train(t.Context(), &zoo.TrainRequest{Dataset: d, RunDir: t.TempDir()}, func(*zoo.Event) error { return nil })
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("data without labels gave %v, want a fault of kind Usage", err)
	}
}

// TestLabelMap: a variant that is not conditional is, with a map, and needs labels
// then; what has no one class for each answer is refused.
func TestLabelMap(t *testing.T) {
	d := points(t)
	told := map[string]string{zoo.LabelMap: "3"}
	m, _, err := NewModel(hinge, zoo.Config{Params: told}, &d)
	if err != nil {
		t.Fatal(err)
	}
	if m.generatorClass(graph.New("test"), 2) == nil || m.discriminatorClass(graph.New("test"), 2) == nil {
		t.Error("the networks are not given the class")
	}
	if !slices.Equal(m.G.In, []int{m.Settings.Int("latent")}) || !slices.Equal(m.D.In, []int{2}) {
		t.Errorf("the class is joined to what the networks take: %v and %v", m.G.In, m.D.In)
	}
	unlabelled := d
	unlabelled.Classes = 0
	outputs := *hinge
	outputs.Outputs = func(*Settings) int { return 2 }
	for _, tt := range []struct {
		name    string
		variant *Variant
		data    *zoo.Dataset
		params  map[string]string
	}{
		{"unlabelled", hinge, &unlabelled, told},
		{"told already", conditionalHinge, &d, told},
		{"other answers", &outputs, &d, told},
		{"packs", hinge, &d, map[string]string{zoo.LabelMap: "3", "packing": "2"}},
		{"a reference", hinge, &d, map[string]string{zoo.LabelMap: "3", "virtual_batch_norm": "true", "norm_g": "batch"}},
	} {
		if _, _, err := NewModel(tt.variant, zoo.Config{Params: tt.params}, tt.data); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: got %v, want a fault of kind Usage", tt.name, err)
		}
	}
}
