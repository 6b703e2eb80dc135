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
func Lock(path string) (unlock func(), err error) { return open(path, how{wait: true}) }

// TryLock is Lock without waiting: it fails with ErrLocked instead.
func TryLock(path string) (unlock func(), err error) { return open(path, how{}) }

// Held reports whether another holds the lock on path. Any number may ask at
// once without seeing each other; only a TryLock that comes in this very moment
// is refused. It makes no file: where there is none, nobody holds it.
func Held(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // closing lets go of the lock
	return errors.Is(lock(f, how{shared: true}), ErrLocked)
}

// how a lock is asked for.
type how struct{ wait, shared bool }

func open(path string, how how) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lock(f, how); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil // closing lets go of the lock
}
