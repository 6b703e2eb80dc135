package process

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes give the plugin a process group of its own, so that a Ctrl-C is
// the host's to pass on and its children can be killed with it, and have the
// kernel kill it when the host dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// awaitExit returns true when the process has ended, which it leaves unreaped.
func awaitExit(pid int) bool {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err == nil
		}
	}
}
