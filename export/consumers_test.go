package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
)

// consumers is the script that runs a model with other people's software.
const consumers = "../.ci/onnx/check"

// TestConsumersAnswerAsTheGenerator needs Debian's python3-onnx and
// python3-opencv, and `npm ci --ignore-scripts` done in .ci/onnx.
func TestConsumersAnswerAsTheGenerator(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Python and Node for each network")
	}
	if _, err := os.Stat("../.ci/onnx/node_modules"); err != nil {
		t.Skip("onnxruntime is not installed: run npm ci --ignore-scripts in .ci/onnx")
	}
	if err := exec.Command("/usr/bin/python3", "-c", "import cv2, numpy, onnx").Run(); err != nil {
		t.Skip("Python has no onnx, numpy or OpenCV: install python3-onnx and python3-opencv")
	}
	for _, n := range networks {
		t.Run(n.name, func(t *testing.T) {
			const batch = 3
			p, dir := newParams(), t.TempDir()
			in := latents(n, batch)
			model := filepath.Join(dir, "model.onnx")
			if err := os.WriteFile(model, write(t, graphOf(n, p, 1), export.Options{}), 0o644); err != nil {
				t.Fatal(err)
			}
			args := []string{model, save(t, dir, "want", evaluate(n, p, in, batch))}
			for name, x := range in {
				args = append(args, name+"="+save(t, dir, name, x))
			}
			out, err := exec.Command(consumers, args...).CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func save(t *testing.T, dir, name string, x *tensor.Tensor) string {
	t.Helper()
	path := filepath.Join(dir, name+".npy")
	if err := npy.WriteFile(path, x.Shape, x.Data); err != nil {
		t.Fatal(err)
	}
	return path
}
