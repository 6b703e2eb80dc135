// Package generate tests that the committed assembly is what its generators
// write. To write it anew: go generate ./tensor/kernel
package generate

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestCommittedAssemblyIsCurrent(t *testing.T) {
	for family, command := range map[string][]string{"gemm": {"./gemm"}, "pairs": {"./gemm", "-pairs"}, "vector": {"./vector"}} {
		t.Run(family, func(t *testing.T) {
			dir := t.TempDir()
			source, stubs := filepath.Join(dir, "out.s"), filepath.Join(dir, "out.go")
			if out, err := exec.Command("go", append(append([]string{"run"}, command...), "-out", source, "-stubs", stubs, "-pkg", "kernel")...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for made, committed := range map[string]string{source: family + "_amd64.s", stubs: family + "_amd64.go"} {
				if !bytes.Equal(body(t, made), body(t, filepath.Join("..", committed))) {
					t.Errorf("%s is not what its generator writes", committed)
				}
			}
		})
	}
}

// body returns a file without its first line, which holds the command.
func body(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	return rest
}
