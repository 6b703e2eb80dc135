package cli

import (
	"os"
	"strings"
	"testing"
)

// TestNoSuchFile: a verb that is given a name of nothing, a folder in the place of a
// file or a file in the place of a folder, with nothing in it, says how to mend that.
func TestNoSuchFile(t *testing.T) {
	for _, verb := range []string{
		"sample IT.onnx --grid 2x2 --out out.png",
		"sample IT.npy --grid 2x2 --out out.png",
		"evaluate IT.onnx --data ring8",
		"evaluate IT.npy --data ring8",
		"inspect IT.onnx",
		"verify IT.onnx",
		"emd IT.csv IT.csv",
		"runs show ./IT",
		"runs show IT.onnx",
		"runs rm --yes ./IT",
		"resume ./IT",
		"timelapse ./IT out.gif",
		"export IT.onnx out.html",
		"export ./IT out.onnx",
		"train wgangp --data ./IT",
		"data fetch ./IT",
		"data import ./IT mine",
		"classifier train --data ./IT --out out.safetensors",
		"plugin add zoo-plugin-IT",
		"compare --out ./IT",
	} {
		for what, place := range map[string]func(path string) error{
			"nothing":         func(string) error { return nil },
			"an empty file":   func(path string) error { return os.WriteFile(path, nil, 0o644) },
			"an empty folder": func(path string) error { return os.MkdirAll(path, 0o755) },
		} {
			t.Run(verb+" as "+what, func(t *testing.T) {
				t.Chdir(t.TempDir())
				s := newSession(t)
				args := strings.Fields(strings.ReplaceAll(verb, "IT", "it"))
				for _, arg := range args {
					if strings.Contains(arg, "it") {
						if err := place(arg); err != nil {
							t.Fatal(err)
						}
					}
				}
				if code := s.run(args...); code == 0 || !strings.Contains(s.err.String(), "\n  mend:  ") {
					t.Errorf("exit code %d, no word on how to mend it:\n%s", code, s.err)
				}
			})
		}
	}
}
