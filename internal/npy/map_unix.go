//go:build unix

package npy

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps the whole file read-only, or reads it where the file system
// does not map (and the empty file, which no system maps).
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	if size == 0 {
		return nil, nil, nil
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return readFile(f, size)
	}
	return b, func() error { return unix.Munmap(b) }, nil
}
