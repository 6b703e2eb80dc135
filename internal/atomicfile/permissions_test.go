//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPermissions: a file is for those whom the umask, or the file before it, lets in.
func TestPermissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o022)) // of the whole process: no test of it may run beside this one
	for _, c := range []struct {
		name        string
		umask       int
		before      fs.FileMode // of the file that is replaced; 0: there is none
		permissions fs.FileMode
	}{
		{"usual", 0o022, 0, 0o644},
		{"private", 0o077, 0, 0o600},
		{"open", 0, 0, 0o644},
		{"a private file", 0o022, 0o600, 0o600},
		{"a group's file", 0o077, 0o664, 0o664},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if c.before != 0 {
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, c.before); err != nil {
					t.Fatal(err)
				}
			}
			syscall.Umask(c.umask)
			if err := WriteBytes(path, []byte("content")); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != c.permissions {
				t.Errorf("the file has %o, want %o", got, c.permissions)
			}
			only(t, path)
		})
	}
}
