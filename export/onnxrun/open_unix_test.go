//go:build unix

package onnxrun_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// TestPipe opens a pipe that nobody writes to, which must not wait.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.onnx")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := onnxrun.Open(path, onnxrun.Options{}); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Error(err)
	}
}
