package main

import (
	"context"
	"encoding/json"
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
	threads      threads
	wait         string // what OpenMP's threads without work do
	malloc       string // keep: give no memory back to the system
	memoryFormat string
}

func (s setting) String() string {
	parts := []string{s.threads.String()}
	if s.threads > 1 {
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
	n := threads(runtime.NumCPU())
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

// rival is PyTorch as it trains a work best.
func (p *pyTorch) rival(ctx context.Context, w work, o options) (*rival, error) {
	return newRival(w, "PyTorch", candidates(o.Quick), o, func(s setting, clock time.Duration) (measurement, error) {
		return p.train(ctx, w, s, o.WarmUp, clock)
	})
}

func (p *pyTorch) train(ctx context.Context, w work, s setting, warmUp, clock time.Duration) (measurement, error) {
	args := []string{trainScript,
		"--variant", w.variant, "--arch", w.arch, "--batch", strconv.Itoa(batch),
		"--threads", strconv.Itoa(int(s.threads)), "--wait", s.wait, "--malloc", s.malloc, "--memory-format", s.memoryFormat,
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
