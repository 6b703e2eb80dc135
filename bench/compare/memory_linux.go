package main

import (
	"os"
	"syscall"
)

// memoryOf returns the peak memory, in MB, of the largest process among an ended
// one and those it waited for.
func memoryOf(p *os.ProcessState) float64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(usage.Maxrss) / 1024 // kilobytes
}
