//go:build unix

package hosttest

import "syscall"

func freeze() { syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) }
