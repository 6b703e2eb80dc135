//go:build unix

package process

import (
	"errors"
	"os"
	"syscall"
)

// killGroup kills the process and all of its group.
func killGroup(p *os.Process) {
	syscall.Kill(-p.Pid, syscall.SIGKILL)
}

// exists reports whether a process of that number is there.
func exists(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
