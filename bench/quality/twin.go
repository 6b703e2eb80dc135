package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/bench/peer"
	"github.com/ganzoo/ganzoo/data"
	contract "github.com/ganzoo/ganzoo/zoo"
)

// trainTwin trains the same in PyTorch, on all cores and with the settings of
// its runtime that are usually its best, and keeps samples as it goes.
func trainTwin(ctx context.Context, torch *peer.PyTorch, dir, variant string, settings *contract.Config, o options) ([]*moment, error) {
	mnist, err := data.Resolve(ctx, "mnist", data.Options{})
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(dir, "twin-")
	if err != nil {
		return nil, err
	}
	said, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	var at []string
	for i := range o.Moments {
		at = append(at, fmt.Sprintf("%.1f", o.Clock.Seconds()*float64(i+1)/float64(o.Moments)))
	}
	cmd := exec.CommandContext(ctx, torch.Python, "bench/pytorch/quality.py",
		"--settings", string(said), "--variant", variant, "--data", mnist.TrainX, "--threads", strconv.Itoa(runtime.NumCPU()),
		"--moments", strings.Join(at, ","), "--samples", strconv.Itoa(o.Samples), "--out", folder)
	out, err := cmd.Output()
	if err != nil {
		return nil, peer.Failure("PyTorch", err)
	}
	var moments []*moment
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var told struct {
			Seconds float64 `json:"seconds"`
			Images  int64   `json:"images"`
			File    string  `json:"file"`
		}
		if err := json.Unmarshal([]byte(line), &told); err != nil {
			return nil, err
		}
		moments = append(moments, &moment{seconds: told.Seconds, images: told.Images, samples: filepath.Join(folder, told.File)})
	}
	return moments, nil
}
