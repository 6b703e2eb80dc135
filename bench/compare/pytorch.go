package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// pyTorch is a Python program that has PyTorch.
type pyTorch struct{ python, version string }

const trainScript = "bench/pytorch/train.py"

// findPyTorch returns nil when there is no PyTorch.
func findPyTorch(ctx context.Context, python string) (*pyTorch, error) {
	if _, err := os.Stat(trainScript); err != nil {
		return nil, fmt.Errorf("run it from the module's root: %w", err)
	}
	candidates := []string{"python3", "/usr/bin/python3"}
	if python != "" {
		candidates = []string{python}
	}
	for _, c := range candidates {
		out, err := exec.CommandContext(ctx, c, "-c", "import torch; print(torch.__version__)").Output()
		if err == nil {
			return &pyTorch{c, strings.TrimSpace(string(out))}, nil
		}
	}
	return nil, ctx.Err()
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
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
	args := []string{trainScript,
		"--variant", w.variant, "--arch", w.arch, "--batch", strconv.Itoa(batch),
		"--threads", strconv.Itoa(s.threads), "--wait", s.wait, "--malloc", s.malloc, "--memory-format", s.memoryFormat,
		"--warm-up", seconds(warmUp), "--seconds", seconds(clock),
	}
	if w.bf16 {
		args = append(args, "--bf16")
	}
	var m measurement
	out, err := exec.CommandContext(ctx, p.python, args...).Output()
	if err != nil {
		return m, failure("PyTorch", err)
	}
	return m, json.Unmarshal(out, &m)
}

// failure adds what a program that failed wrote to stderr.
func failure(program string, err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s: %w\n%s", program, err, exit.Stderr)
	}
	return fmt.Errorf("%s: %w", program, err)
}
