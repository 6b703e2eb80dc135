// Package filelock keeps two processes from changing the same files at once. A
// lock belongs to an open file, so it ends with its process however that dies.
//
// It is a leaf: it imports nothing of this module.
package filelock

import (
	"errors"
	"os"
)

// ErrLocked is returned by TryLock while another holds the lock.
var ErrLocked = errors.New("locked by another process")

// Lock waits for the exclusive lock on path, a file that it creates if need be
// and leaves in place. The folder must exist.
func Lock(path string) (unlock func(), err error) { return open(path, true) }

// TryLock is Lock without waiting: it fails with ErrLocked instead.
func TryLock(path string) (unlock func(), err error) { return open(path, false) }

func open(path string, wait bool) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lock(f, wait); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil // closing lets go of the lock
}
