package cli

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestPointMeasures(t *testing.T) {
	// Two test points, and samples that lie on two modes of ring8 and half a
	// unit above those points.
	test := filepath.Join(t.TempDir(), "test.npy")
	if err := npy.WriteFile(test, []int{2, 2}, []float32{1, -0.5, 0, 0.5}); err != nil {
		t.Fatal(err)
	}
	samples := tensor.Of([]float32{0, 1, 1, 0}, 2, 2)

	got, err := pointMeasures(samples, zoo.Dataset{Name: "ring8", Kind: zoo.Points, TestX: test})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"modes captured":          2,
		"high-quality samples":    100,
		"reverse KL of the modes": math.Log(4), // two of eight modes, equally: ln(8·½)
		"W₁":                      0.5,
	}
	if len(got) != len(want) {
		t.Errorf("%d measures, want %d", len(got), len(want))
	}
	for _, m := range got {
		if math.Abs(m.Value-want[m.Name]) > 1e-6 {
			t.Errorf("%s: got %v, want %v", m.Name, m.Value, want[m.Name])
		}
	}

	got, err = pointMeasures(samples, zoo.Dataset{Name: "moons", Kind: zoo.Points, TrainX: test})
	if err != nil || len(got) != 1 || got[0].Name != "W₁" {
		t.Errorf("data without modes: got %v, %v", got, err)
	}
}
