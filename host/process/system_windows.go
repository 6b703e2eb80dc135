package process

import (
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// attributes keep a Ctrl-C from reaching the plugin: it is the host's to pass on.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// awaitExit returns false at once: there is no reaping here.
func awaitExit(int) bool { return false }

func killGroup(p *os.Process) { p.Kill() }

// exists reports whether a process of that number is there.
func exists(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return false
	}
	windows.CloseHandle(h)
	return true
}
