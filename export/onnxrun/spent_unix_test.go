//go:build unix

package onnxrun_test

import (
	"syscall"
	"testing"
	"time"
)

// spent is the processor time that the tests have taken so far. Unlike the clock's
// it is not the longer for what else the machine does, or for another who stops it.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
