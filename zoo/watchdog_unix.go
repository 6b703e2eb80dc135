//go:build unix

package zoo

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// alive reports whether the host process is there. The parent is known to be
// alive as long as it is the parent, which a number used again cannot feign;
// a plugin behind a wrapper script asks for the number itself.
func alive(pid int) bool {
	if os.Getppid() == pid {
		return true
	}
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}
