// Package memory tells how much of the machine's memory is free, so that a
// mistyped size is refused in a sentence instead of by the system.
package memory

import (
	"bytes"
	"math"
	"strconv"
)

// Available returns the bytes that programs can still take without driving
// others out, as the system estimates it; false where it does not tell.
func Available() (free uint64, known bool) { return available() }

// parse reads the line "MemAvailable: 123 kB" of Linux's /proc/meminfo. Its kB
// are 1024 bytes.
func parse(meminfo []byte) (uint64, bool) {
	for line := range bytes.Lines(meminfo) {
		fields := bytes.Fields(line)
		if len(fields) != 3 || string(fields[0]) != "MemAvailable:" || string(fields[2]) != "kB" {
			continue
		}
		n, err := strconv.ParseUint(string(fields[1]), 10, 64)
		return n << 10, err == nil && n <= math.MaxUint64>>10
	}
	return 0, false
}
