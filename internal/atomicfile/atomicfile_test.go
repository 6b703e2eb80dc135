package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"first", "", "another"} {
		if err := WriteBytes(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Fatalf("the file holds %q (%v), want %q", got, err, content)
		}
	}
	only(t, path)
}

// only checks that nothing but the file is in its folder.
func only(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(path) {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

// TestFailureLeavesTheOldFile: whatever goes wrong, the file is as it was and
// nothing else is there; what the user can mend comes as a sentence.
func TestFailureLeavesTheOldFile(t *testing.T) {
	own := errors.New("the writer's own")
	cases := []struct {
		name string
		err  error
		kind fault.Kind
	}{
		{"own", own, fault.Internal},
		{"disk full", &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, fault.IO},
		{"a fault", fault.New(fault.Verify, "it differs", "", ""), fault.Verify},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := WriteBytes(path, []byte("old")); err != nil {
				t.Fatal(err)
			}
			err := Write(path, func(w io.Writer) error {
				if _, err := w.Write([]byte("half of the ne")); err != nil {
					t.Fatal(err)
				}
				return c.err
			})
			if !errors.Is(err, c.err) || fault.KindOf(err) != c.kind {
				t.Errorf("the error is %v of kind %d, want kind %d", err, fault.KindOf(err), c.kind)
			}
			if got, _ := os.ReadFile(path); string(got) != "old" {
				t.Errorf("the file holds %q", got)
			}
			only(t, path)
		})
	}
}

func TestNoFolder(t *testing.T) {
	err := WriteBytes(filepath.Join(t.TempDir(), "none", "file"), nil)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.IO || f.Where == "" || f.Mend == "" {
		t.Errorf("the error is %v", err)
	}
}
