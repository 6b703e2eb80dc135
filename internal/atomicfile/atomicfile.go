// Package atomicfile writes files that are either whole or not there: into a
// temporary file beside the target, flushed to disk, renamed over it, and the
// folder flushed too.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Write calls write with a temporary file and moves it to path when write and
// the flush succeed. On any error nothing is left behind and a file already at
// path stays as it was. What the disk refuses comes back as a fault of kind IO.
func Write(path string, write func(w io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
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
	if err := f.Chmod(0o644); err != nil {
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
	return explain(syncDir(dir), path)
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
