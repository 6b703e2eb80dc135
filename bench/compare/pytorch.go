package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/bench/peer"
)

// pyTorch trains with PyTorch.
type pyTorch struct{ *peer.PyTorch }

const trainScript = "bench/pytorch/train.py"

// findPyTorch returns nil when there is no PyTorch.
func findPyTorch(ctx context.Context, python string) (*pyTorch, error) {
	found, err := peer.FindPyTorch(ctx, python)
	if found == nil {
		return nil, err
	}
	return &pyTorch{found}, nil
}

// setting is how PyTorch is run.
type setting struct {
	threads      int
	wait         string // what OpenMP's threads without work do
	malloc       string // keep: give no memory back to the system
	memoryFormat string
}

func (s setting) String() string {
	parts := []string{strconv.Itoa(s.threads) + " threads"}
	if s.threads == 1 {
		parts[0] = "1 thread"
	} else {
		parts = append(parts, s.wait+" waiting")
	}
	if s.malloc == "keep" {
		parts = append(parts, "memory kept")
	}
	if s.memoryFormat != "default" {
		parts = append(parts, s.memoryFormat)
	}
	return strings.Join(parts, ", ")
}

// candidates are the settings that may be PyTorch's best.
func candidates(quick bool) []setting {
	n := runtime.NumCPU()
	list := []setting{
		{1, "passive", "keep", "default"},
		{n, "passive", "keep", "default"},
	}
	if quick {
		return list
	}
	return append(list,
		setting{1, "passive", "default", "default"},
		setting{n, "passive", "default", "default"},
		setting{n, "active", "keep", "default"},
		setting{1, "passive", "keep", "channels-last"},
		setting{n, "passive", "keep", "channels-last"},
	)
}

// best tries the candidates and returns the fastest.
func (p *pyTorch) best(ctx context.Context, w work, o options) (setting, error) {
	var best setting
	var fastest float64
	for _, s := range candidates(o.Quick) {
		m, err := p.train(ctx, w, s, o.WarmUp, o.Clock/2)
		if err != nil {
			return s, err
		}
		fmt.Fprintf(os.Stderr, "%-24s PyTorch with %s: %.0f images/s\n", w.name(), s, m.ImagesPerSecond)
		if m.ImagesPerSecond > fastest {
			best, fastest = s, m.ImagesPerSecond
		}
	}
	return best, nil
}

func (p *pyTorch) train(ctx context.Context, w work, s setting, warmUp, clock time.Duration) (measurement, error) {
	args := []string{trainScript,
		"--variant", w.variant, "--arch", w.arch, "--batch", strconv.Itoa(batch),
		"--threads", strconv.Itoa(s.threads), "--wait", s.wait, "--malloc", s.malloc, "--memory-format", s.memoryFormat,
		"--warm-up", inSeconds(warmUp), "--seconds", inSeconds(clock),
	}
	if w.autocast {
		args = append(args, "--bf16")
	}
	var m measurement
	out, err := exec.CommandContext(ctx, p.Python, args...).Output()
	if err != nil {
		return m, peer.Failure("PyTorch", err)
	}
	return m, json.Unmarshal(out, &m)
}
