package cli

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestDataDocument runs the commands that docs/data.md shows between ```sh and ```,
// each after the one before, on files as it describes them and with the trainings
// cut short. Those about MNIST, which would have to be fetched, are left to the
// end-to-end checks.
func TestDataDocument(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "docs", "data.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	commands := 0
	for _, block := range strings.Split(string(content), "```sh\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		if strings.Contains(block, "mnist") {
			continue
		}
		for line := range strings.Lines(block) {
			line = strings.ReplaceAll(strings.TrimSpace(line), "~/", "$WORK/")
			if strings.HasPrefix(line, "zoo train ") {
				line += " --steps 1 --batch 4"
				if !strings.Contains(line, "width=") {
					line += " --set width=2"
				}
			}
			fmt.Fprintln(&script, "exec", line)
			commands++
		}
	}
	if commands < 8 {
		t.Fatalf("docs/data.md shows %d commands", commands)
	}
	file := filepath.Join(t.TempDir(), "data.txtar")
	if err := os.WriteFile(file, []byte(script.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:               []string{file},
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GANZOO_CACHE", filepath.Join(env.WorkDir, "cache"))
			env.Setenv("GANZOO_PLUGINS", filepath.Join(env.WorkDir, "plugins"))
			drawings(t, env.WorkDir, "sprites", 20)
			for _, class := range []string{"cat", "dog"} {
				drawings(t, env.WorkDir, "photos/train/"+class, 6)
				drawings(t, env.WorkDir, "photos/test/"+class, 2)
			}
			blankCIFAR(t, env.WorkDir)
			return os.MkdirAll(env.Getenv("TMPDIR"), 0o755)
		},
	})
}

// drawings makes n pictures with a dot on a transparent ground.
func drawings(t *testing.T, dir, folder string, n int) {
	t.Helper()
	dir = filepath.Join(dir, filepath.FromSlash(folder))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		img := image.NewNRGBA(image.Rect(0, 0, 68, 56))
		for k := range 20 {
			img.SetNRGBA(20+k, 10+i+k/2, color.NRGBA{uint8(10 * i), 100, 200, 255})
		}
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%02d.png", i)))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// blankCIFAR makes CIFAR-10's batches, all of black aeroplanes, as a folder and as
// an archive in Downloads.
func blankCIFAR(t *testing.T, dir string) {
	t.Helper()
	const batch = 10_000 * (1 + 3*32*32)
	folder := filepath.Join(dir, "cifar-10-batches-bin")
	for _, d := range []string{folder, filepath.Join(dir, "Downloads")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(dir, "Downloads", "cifar-10-binary.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := gzip.NewWriterLevel(archive, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	files := tar.NewWriter(packed)
	zeros := make([]byte, batch)
	for i := range 6 {
		name := fmt.Sprintf("data_batch_%d.bin", i+1)
		if i == 5 {
			name = "test_batch.bin"
		}
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(folder, name), batch); err != nil {
			t.Fatal(err)
		}
		if err := files.WriteHeader(&tar.Header{Name: "cifar-10-batches-bin/" + name, Mode: 0o644, Size: batch}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{files, packed, archive} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
