//go:build unix

package hosttest

import "syscall"

func freeze() { syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) }

func signalable(pid int) bool { return syscall.Kill(pid, 0) == nil }
