package onnxruntime_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/onnxruntime"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// doubled writes a model that doubles z, 1×2.
func doubled(t *testing.T) []byte {
	t.Helper()
	g := graph.New("doubled")
	g.Output("image", g.Input("z", 1, 2).Mul(2))
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var inputs = map[string]*tensor.Tensor{"z": tensor.Of([]float32{1, -2, 0.5, 4}, 2, 2)}

// TestRun needs Node, and `npm ci --ignore-scripts` done in .ci/onnx.
func TestRun(t *testing.T) {
	if _, err := os.Stat("../../.ci/onnx/node_modules"); err != nil {
		t.Skip("onnxruntime is not installed: run npm ci --ignore-scripts in .ci/onnx")
	}
	t.Chdir("../../.ci/onnx")
	outputs, version, err := onnxruntime.Run(t.Context(), doubled(t), inputs)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs["image"].Tensor()
	for i, want := range []float32{2, -4, 1, 8} {
		if got.Data[i] != want {
			t.Fatalf("%v, want twice %v", got.Data, inputs["z"].Data)
		}
	}
	if version == "" {
		t.Error("the version is not told")
	}
	if _, _, err := onnxruntime.Run(t.Context(), []byte("no model"), inputs); fault.KindOf(err) != fault.Verify {
		t.Errorf("of no model: got %v, want a fault of kind Verify", err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node")
	}
	t.Chdir(t.TempDir())
	if _, _, err := onnxruntime.Run(t.Context(), doubled(t), inputs); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without the package: got %v, want a fault of kind NotFound", err)
	}
	t.Setenv("PATH", "")
	if _, _, err := onnxruntime.Run(t.Context(), doubled(t), inputs); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without Node: got %v, want a fault of kind NotFound", err)
	}
}
