package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestCheckOutput(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path string
		kind fault.Kind
	}{
		{filepath.Join(dir, "x.jpg"), fault.Usage},
		{filepath.Join(dir, "x"), fault.Usage},
		{filepath.Join(dir, "folder.png"), fault.Usage},
		{filepath.Join(dir, "none", "x.png"), fault.IO},
		{filepath.Join(file, "x.png"), fault.IO},
	} {
		err := checkOutput(tt.path, ".png", ".npy")
		if err == nil || fault.KindOf(err) != tt.kind {
			t.Errorf("%s: got %v", tt.path, err)
		}
	}
	for _, name := range []string{"x.png", "x.PNG", "x.npy"} {
		if err := checkOutput(filepath.Join(dir, name), ".png", ".npy"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".zoo-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCheckOutputInAReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if probe, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		probe.Close()
		t.Skip("this user may write anywhere")
	}
	if err := checkOutput(filepath.Join(dir, "x.png"), ".png"); fault.KindOf(err) != fault.IO {
		t.Errorf("got %v", err)
	}
}
