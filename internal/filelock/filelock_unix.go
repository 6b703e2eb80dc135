//go:build unix

package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock uses flock, which belongs to the open file and not to the process, so
// two calls in one process exclude each other too.
func lock(f *os.File, how how) error {
	flags := unix.LOCK_EX
	if how.shared {
		flags = unix.LOCK_SH
	}
	if !how.wait {
		flags |= unix.LOCK_NB
	}
	for {
		err := unix.Flock(int(f.Fd()), flags)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrLocked
		}
		return err
	}
}
