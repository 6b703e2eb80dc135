package main

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	for model, side := range map[string]int{"dcgan.onnx": 16, "conditional.onnx": 8} {
		t.Run(model, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "pictures.png")
			if err := draw(filepath.Join("..", "..", "testdata", "onnx", model), out); err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(out)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			img, err := png.Decode(f)
			if err != nil {
				t.Fatal(err)
			}
			if b := img.Bounds(); b.Dx() != count*side || b.Dy() != side {
				t.Errorf("a picture of %v, want %d of %d×%d", b, count, side, side)
			}
			var levels [256]bool
			for x := range img.Bounds().Dx() {
				r, _, _, _ := img.At(x, side/2).RGBA()
				levels[r>>8] = true
			}
			shades := 0
			for _, there := range levels {
				if there {
					shades++
				}
			}
			if shades < 10 {
				t.Errorf("its middle has %d shades: nothing is drawn", shades)
			}
		})
	}
}

func TestWhatIsNoGenerator(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pictures.png")
	err := draw(filepath.Join("..", "..", "testdata", "onnx", "features.onnx"), out)
	if err == nil || !strings.Contains(err.Error(), "no generator") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a picture was left")
	}
}
