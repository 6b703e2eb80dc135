package classifier

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

// TestAgreesWithPyTorch compares with testdata/reference.json, made by
// reference.py beside it from the same weights.
func TestAgreesWithPyTorch(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Images                  []int
		Features, Probabilities []float32
	}
	if err := json.Unmarshal(content, &want); err != nil {
		t.Fatal(err)
	}
	c, err := Builtin("mnist")
	if err != nil {
		t.Fatal(err)
	}
	images := tensor.New(len(want.Images)/784, 1, 28, 28)
	for i, v := range want.Images {
		images.Data[i] = float32(v)/127.5 - 1
	}
	got, err := c.Extract(context.Background(), nil, images)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "features", got.Vectors.Data, want.Features)
	near(t, "probabilities", got.Probabilities.Data, want.Probabilities)
}

func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d %s, want %d", len(got), what, len(want))
	}
	worst := 0.0
	for i := range want {
		worst = max(worst, math.Abs(float64(got[i]-want[i])))
	}
	if worst > 2e-5 {
		t.Errorf("%s differ by %.3g", what, worst)
	}
}
