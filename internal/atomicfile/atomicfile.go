// Package atomicfile writes files that are either whole or not there: into a
// temporary file beside the target, flushed to disk, renamed over it, and the
// folder flushed too.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// permissions of a new file, from which the user's umask takes. One that takes a
// file's place has those of that file.
const permissions = 0o644

// Write calls write with a temporary file and moves it to path when write and
// the flush succeed. On any error nothing is left behind and a file already at
// path stays as it was. What the disk refuses comes back as a fault of kind IO.
func Write(path string, write func(w io.Writer) error) (err error) {
	f, err := create(path)
	if err != nil {
		return explain(err, path)
	}
	tmp := f.Name()
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(tmp)
		}
	}()
	if err := write(f); err != nil {
		return explain(err, path)
	}
	if err := keepPermissions(f, path); err != nil {
		return explain(err, path)
	}
	if err := f.Sync(); err != nil {
		return explain(err, path)
	}
	if err := f.Close(); err != nil {
		return explain(err, path)
	}
	if err := os.Rename(tmp, path); err != nil {
		return explain(err, path)
	}
	return explain(syncDir(filepath.Dir(path)), path)
}

// create makes a hidden file beside path under a name that none has. os.CreateTemp
// would make it for the user alone, whatever the umask says.
func create(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	for {
		f, err := os.OpenFile(fmt.Sprintf("%s.%s.%d.tmp", dir, base, rand.Uint32()), os.O_RDWR|os.O_CREATE|os.O_EXCL, permissions)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// keepPermissions gives f those of the file whose place it is to take, if any.
func keepPermissions(f *os.File, path string) error {
	old, err := os.Stat(path)
	if err != nil || !old.Mode().IsRegular() {
		return nil
	}
	return f.Chmod(old.Mode().Perm())
}

// WriteBytes is Write for content at hand.
func WriteBytes(path string, content []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// syncDir flushes the folder's entry, without which a crash can undo a rename.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

// explain gives an error of the file system its sentence; others pass as they are.
func explain(err error, path string) error {
	if err == nil {
		return nil
	}
	var already *fault.Error
	if errors.As(err, &already) {
		return err
	}
	var (
		pathErr *fs.PathError
		linkErr *os.LinkError
		errno   syscall.Errno
	)
	if errors.As(err, &pathErr) || errors.As(err, &linkErr) || errors.As(err, &errno) {
		return fault.Wrap(fault.IO, err, fmt.Sprintf("cannot write %s", filepath.Base(path)), path, fault.ToWrite(err))
	}
	return err
}
