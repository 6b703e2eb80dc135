package fault

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMends: of errors as the system gives them, where this one can be brought to.
func TestMends(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, missing := os.Open(filepath.Join(t.TempDir(), "nothing"))
	_, inFile := os.Open(filepath.Join(file, "x"))
	of := func(errno syscall.Errno) error { return &os.PathError{Op: "open", Path: "x", Err: errno} }
	for _, c := range []struct {
		err         error
		read, write string
	}{
		{missing, "nothing there", "does not exist"},
		{inFile, "check the name", ""}, // Windows has one error for both
		{of(syscall.ENOTDIR), "is a file", "is a file"},
		{of(syscall.EISDIR), "this is a folder", "there is a folder"},
		{of(syscall.EACCES), "may read", "may write"},
		{of(syscall.EROFS), "", "may write"},
		{of(syscall.ENOSPC), "", "disk is full"},
		{of(syscall.EDQUOT), "", "disk is full"},
		{errors.New("input/output error"), "check the disk", "check the disk"},
	} {
		if got := ToRead(c.err); got == "" || !strings.Contains(got, c.read) {
			t.Errorf("reading, %v: %q", c.err, got)
		}
		if got := ToWrite(c.err); got == "" || !strings.Contains(got, c.write) {
			t.Errorf("writing, %v: %q", c.err, got)
		}
	}
}
