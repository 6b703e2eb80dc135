package main

import (
	"bufio"
	"os"
	"runtime"
	"strings"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// machine is where and with what the figures were taken.
type machine struct {
	CPU         string
	Cores       int
	Class       string  // of ganzoo's kernels
	Peak        float64 // GFLOP/s of the FMA units of all cores; 0: not known
	Ganzoo      string
	Go          string
	PyTorch     string // empty: none
	ONNXRuntime string // empty: none
	Libraries   []library
}

func thisMachine() machine {
	return machine{
		CPU: processor(), Cores: runtime.NumCPU(), Class: kernel.Class(),
		Ganzoo: gan.Version, Go: runtime.Version(),
	}
}

// measurePeak raises the peak if the machine is quieter now than before.
func (m *machine) measurePeak() {
	m.Peak = max(m.Peak, kernel.PeakGFLOPS(m.Cores))
}

// processor names the CPU where the system tells it, else its architecture.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
