package npy

import (
	"errors"
	"io/fs"
	"math"
	"os"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Map opens an array file, mapped read-only where the system can. The caller
// closes it. A file that is missing, unreadable or not an array is a fault of
// kind Data.
//
// A mapped file must not be shortened while it is in use (the process would
// get SIGBUS): replace it by renaming another over it, as atomicfile does.
func Map(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err, path)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(err, path)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Data, "not a file", path, "name a .npy file")
	}
	if info.Size() > math.MaxInt {
		return nil, fault.New(fault.Data, "the array is too large for this machine's address space", path, "save it in parts")
	}
	b, unmap, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, unreadable(err, path)
	}
	a, err := Parse(b, path)
	if err != nil {
		if unmap != nil {
			unmap()
		}
		return nil, err
	}
	a.unmap = unmap
	return a, nil
}

func unreadable(err error, path string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Data, "no such file", path, fault.ToRead(err))
	}
	return fault.Wrap(fault.Data, err, "cannot read the array", path, fault.ToRead(err))
}

// readFile is mapFile for what cannot be mapped: the bytes in memory of their
// own, and nothing to unmap.
func readFile(f *os.File, size int) ([]byte, func() error, error) {
	b := make([]byte, size)
	n, err := f.ReadAt(b, 0)
	if n == size {
		err = nil
	}
	return b[:n], nil, err
}
