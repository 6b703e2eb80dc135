package gan

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// conditionalHinge is the test variant with both players told the class.
var conditionalHinge = func() *Variant {
	v := *hinge
	v.Labels, v.GivenClass = zoo.LabelsRequired, true
	return &v
}()

// TestWithClass joins the second of three classes to an image of one channel and
// 1×2 pixels.
func TestWithClass(t *testing.T) {
	g := graph.New("class")
	x, y := g.Input("x", 1, 1, 1, 2), g.Input("y", 1, 3)
	g.Output("joined", withClass(x, y))
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
