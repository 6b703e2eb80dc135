package memory

import (
	"runtime"
	"testing"
)

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		meminfo string
		free    uint64
		known   bool
	}{
		"as Linux writes it": {"MemTotal:       16318412 kB\nMemFree:          820116 kB\nMemAvailable:    9216000 kB\n", 9216000 << 10, true},
		"an old kernel":      {"MemTotal:       16318412 kB\nMemFree:          820116 kB\n", 0, false},
		"no number":          {"MemAvailable: many kB\n", 0, false},
		"another unit":       {"MemAvailable: 12 MB\n", 0, false},
		"beyond all bytes":   {"MemAvailable: 18446744073709551615 kB\n", 0, false},
		"empty":              {"", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			free, known := parse([]byte(tc.meminfo))
			if known != tc.known || known && free != tc.free {
				t.Errorf("got %d, %v", free, known)
			}
		})
	}
}

// TestAvailable: a machine that runs this has a MiB left.
func TestAvailable(t *testing.T) {
	free, known := Available()
	if known != (runtime.GOOS == "linux") || known && free < 1<<20 {
		t.Errorf("got %d, %v", free, known)
	}
}
