package onnxrun_test

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/npy"
)

// generators are models that PyTorch has exported, with what it computes of them
// (testdata/onnx/make_generators.py).
var generators = map[string][]string{
	"dcgan":       {"z"},
	"upsample":    {"z"},
	"conditional": {"z", "labels"},
}

const generatorDir = "../../testdata/onnx"

// readArray reads a .npy file.
func readArray(t testing.TB, path string) *onnxrun.Array {
	t.Helper()
	a, err := npy.Map(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if ints, err := a.Int64(); err == nil {
		return onnxrun.Ints(ints, a.Shape...).Clone()
	}
	x, err := npy.ReadTensor(path)
	if err != nil {
		t.Fatal(err)
	}
	return onnxrun.FromTensor(x)
}

// head returns the first n examples.
func head(a *onnxrun.Array, n int) *onnxrun.Array {
	part := onnxrun.NewArray(a.Type, append([]int{n}, a.Shape[1:]...)...)
	switch d := part.Data.(type) {
	case []float32:
		copy(d, a.Data.([]float32))
	case []int64:
		copy(d, a.Data.([]int64))
	}
	return part
}

func TestPyTorchGenerators(t *testing.T) {
	for name, inputs := range generators {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(generatorDir, name)
			m, err := onnxrun.Open(file+".onnx", onnxrun.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := readArray(t, file+".image.npy")
			given := map[string]*onnxrun.Array{}
			for _, in := range inputs {
				given[in] = readArray(t, file+"."+in+".npy")
			}
			for _, batch := range []int{3, 1, 3, 1} { // the later ones are replays
				part := map[string]*onnxrun.Array{}
				for in, a := range given {
					part[in] = head(a, batch)
				}
				got, err := m.Run(part)
				if err != nil {
					t.Fatal(err)
				}
				expectClose(t, got["image"], head(want, batch), 2e-6)
			}
		})
	}
}

func expectClose(t *testing.T, got, want *onnxrun.Array, tolerance float64) {
	t.Helper()
	if !got.Shape.Equal(want.Shape) {
		t.Fatalf("got %v; want %v", got, want)
	}
	a, b, largest := onnxrun.Floats(got), onnxrun.Floats(want), 0.0
	for i := range a {
		largest = math.Max(largest, math.Abs(a[i]-b[i])) // NaN stays
	}
	if !(largest <= tolerance) {
		t.Errorf("largest difference %g; at most %g is allowed", largest, tolerance)
	}
}

// TestGeneratorsAreOneGraph holds the promise that a generator costs one compiled
// graph, whatever integers its exporter has woven in.
func TestGeneratorsAreOneGraph(t *testing.T) {
	for name, want := range map[string]int{"dcgan": 1, "upsample": 1, "conditional": 2} { // conditional: the lookup of the labels
		m, err := onnxrun.Open(filepath.Join(generatorDir, name+".onnx"), onnxrun.Options{})
		if err != nil {
			t.Fatal(err)
		}
		given := map[string]*onnxrun.Array{}
		for _, in := range generators[name] {
			given[in] = readArray(t, filepath.Join(generatorDir, name+"."+in+".npy"))
		}
		if _, err := m.Run(given); err != nil {
			t.Fatal(err)
		}
		if got := onnxrun.Steps(m); got != want {
			t.Errorf("%s takes %d steps; want %d", name, got, want)
		}
	}
}

// TestOnnxruntimeAgrees compares our pixels with onnxruntime's, which needs
// `npm ci --ignore-scripts` done in .ci/onnx.
func TestOnnxruntimeAgrees(t *testing.T) {
	const script = "../../.ci/onnx"
	if testing.Short() {
		t.Skip("starts Node for each generator")
	}
	if _, err := os.Stat(filepath.Join(script, "node_modules")); err != nil {
		t.Skip("onnxruntime is not installed: run npm ci --ignore-scripts in .ci/onnx")
	}
	for name, inputs := range generators {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(generatorDir, name)
			m, err := onnxrun.Open(file+".onnx", onnxrun.Options{})
			if err != nil {
				t.Fatal(err)
			}
			given := map[string]*onnxrun.Array{}
			ours := filepath.Join(t.TempDir(), "image.npy")
			args := []string{filepath.Join(script, "run.mjs"), file + ".onnx", ours, "2e-6", "1,3"}
			for _, in := range inputs {
				path := file + "." + in + ".npy"
				given[in] = readArray(t, path)
				args = append(args, in+"="+path)
			}
			got, err := m.Run(given)
			if err != nil {
				t.Fatal(err)
			}
			image := got["image"].Tensor()
			if err := npy.WriteFile(ours, image.Shape, image.Data); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("node", args...).CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}
