package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/ganzoo/ganzoo/bench/peer"
	contract "github.com/ganzoo/ganzoo/zoo"
)

// zoo is a freshly built command and a folder for what it makes.
type zoo struct{ path, dir string }

// moment is a generator in the course of its training.
type moment struct {
	seconds float64
	images  int64
	samples string             // .npy file, of the twin
	run     string             // run folder and checkpoint file, of ours
	from    string             //
	figures map[string]float64 // by the names that zoo evaluate gives
}

// train trains with the variant's defaults for the time, and keeps checkpoints
// as it goes. It returns the settings too.
func (z *zoo) train(ctx context.Context, variant string, o options) ([]*moment, *contract.Config, error) {
	every, err := z.stepsBetween(ctx, variant, o)
	if err != nil {
		return nil, nil, err
	}
	kept := filepath.Join(z.dir, variant)
	if err := os.Mkdir(kept, 0o755); err != nil {
		return nil, nil, err
	}
	var moments []*moment
	var config *contract.Config
	err = z.follow(ctx, variant, o.Clock.String(), every, func(e *contract.Event) error {
		switch e.Type {
		case contract.Started:
			config = e.Config
		case contract.Checkpoint:
			// The run keeps its newest checkpoints alone.
			path := filepath.Join(kept, filepath.Base(e.Checkpoint))
			if err := os.Link(e.Checkpoint, path); err != nil {
				return err
			}
			moments = append(moments, &moment{seconds: e.Elapsed, images: e.Images, run: filepath.Dir(filepath.Dir(e.Checkpoint)), from: path})
		}
		return nil
	})
	return moments, config, err
}

// stepsBetween finds by a short training how many steps lie between moments.
func (z *zoo) stepsBetween(ctx context.Context, variant string, o options) (int64, error) {
	const probe = 4.0
	var steps int64
	err := z.follow(ctx, variant, fmt.Sprint(probe, "s"), 1<<40, func(e *contract.Event) error {
		steps = max(steps, e.Step)
		return nil
	})
	return max(1, int64(float64(steps)/probe*o.Clock.Seconds()/float64(o.Moments))), err
}

// follow trains and hands over the events.
func (z *zoo) follow(ctx context.Context, variant, time string, every int64, sink func(*contract.Event) error) error {
	cmd := exec.CommandContext(ctx, z.path, "train", variant, "--data", "mnist", "--json", "--quiet", "--time", time,
		"--checkpoint-every", strconv.FormatInt(every, 10), "--sample-every", "1000000000", "--runs", filepath.Join(z.dir, "runs"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e contract.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return err
		}
		if err := sink(&e); err != nil {
			return err
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("zoo: %w\n%s", err, stderr.Bytes())
	}
	return lines.Err()
}

// measure takes the figures of a moment.
func (z *zoo) measure(ctx context.Context, m *moment, samples int) error {
	args := []string{"evaluate", m.samples}
	if m.samples == "" {
		args = []string{"evaluate", m.run, "--from", m.from}
	}
	args = append(args, "--data", "mnist", "--measures", "is,confidence,fid", "--n", strconv.Itoa(samples), "--json", "--quiet")
	out, err := exec.CommandContext(ctx, z.path, args...).Output()
	if err != nil {
		return peer.Failure("zoo", err)
	}
	var result struct {
		Measures []struct {
			Name  string  `json:"name"`
			Value float64 `json:"value"`
		} `json:"measures"`
	}
	if err := json.Unmarshal(out, &result); err != nil {
		return err
	}
	m.figures = map[string]float64{}
	for _, f := range result.Measures {
		m.figures[f.Name] = f.Value
	}
	return nil
}
