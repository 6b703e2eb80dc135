//go:build unix && !linux

package process

import "syscall"

// attributes give the plugin a process group of its own. These systems have no
// parent-death signal: zoo.Serve watches for the host's end.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// awaitExit returns false at once: there is no portable way here to wait
// without reaping.
func awaitExit(int) bool { return false }
