package hosttest

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// WaitGone fails the test when the process is still running after five seconds.
// One that ended and was not reaped by its new parent counts as gone.
func WaitGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !running(pid) {
			return
		}
	}
	t.Errorf("process %d is still there", pid)
}

func running(pid int) bool {
	if runtime.GOOS != "linux" {
		return signalable(pid)
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	// The state follows the command's name in parentheses.
	_, state, _ := strings.Cut(string(status), ") ")
	return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}
