package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
)

// TestHalvesOfOthersRun opens a float16 model that says nothing of its precision.
func TestHalvesOfOthersRun(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "testdata", "onnx", "dcgan.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := rewrite.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Half(); err != nil {
		t.Fatal(err)
	}
	file.SetMetadata("ganzoo.precision", "")
	if content, err = file.Bytes(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "half.onnx")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := (&modelOptions{}).openToRun(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		t.Fatal(err)
	}
	if images, err := g.Sample(t.Context(), g.Latents.Draw("test", 1, 2), nil); err != nil || images.Shape[0] != 2 {
		t.Errorf("got %v, %v", images, err)
	}
	if _, _, failure := m.Shapes(1); failure != nil {
		t.Error(failure)
	}
}
