package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/bench/peer"
	"github.com/ganzoo/ganzoo/zoo"
)

// zooBinary is a freshly built zoo, with folders of its own for data and runs, and
// bench/generate beside it.
type zooBinary struct{ dir string }

func buildZoo(ctx context.Context) (*zooBinary, error) {
	dir, err := os.MkdirTemp("", "ganzoo-compare-")
	if err != nil {
		return nil, err
	}
	z := &zooBinary{dir}
	for _, command := range []string{"./cmd/zoo", "./bench/generate"} {
		if err := peer.Build(ctx, command, z.path(path.Base(command))); err != nil {
			z.remove()
			return nil, err
		}
	}
	return z, nil
}

func (z *zooBinary) path(name string) string { return filepath.Join(z.dir, name) }

func (z *zooBinary) remove() { os.RemoveAll(z.dir) }

// train measures a training, for longer when its steps ask for it.
func (z *zooBinary) train(ctx context.Context, w work, o options) (measurement, error) {
	for {
		m, err := z.trainFor(ctx, w, o)
		if !errors.Is(err, errTooShort) || o.Clock > maxClock {
			return m, err
		}
		o.Clock *= 2
	}
}

// maxClock is long enough for two steps of any work on any machine worth it.
const maxClock = 2 * time.Minute

// trainFor runs the command as a user does and takes the speed from its events.
func (z *zooBinary) trainFor(ctx context.Context, w work, o options) (measurement, error) {
	cmd, err := z.training(ctx, w, "--json", "--time", (o.WarmUp + o.Clock).String())
	if err != nil {
		return measurement{}, err
	}
	out, err := cmd.Output()
	if err != nil {
		return measurement{}, peer.Failure("zoo", err)
	}
	defer os.RemoveAll(z.path("runs"))
	rate, err := rateOf(bytes.NewReader(out), o.WarmUp.Seconds())
	return measurement{ImagesPerSecond: rate, PeakMemoryMB: memoryOf(cmd.ProcessState)}, err
}

// training is the command that trains, with further arguments.
func (z *zooBinary) training(ctx context.Context, w work, more ...string) (*exec.Cmd, error) {
	shape := w.shape()
	images, err := z.images(shape)
	if err != nil {
		return nil, err
	}
	colour := "--grey"
	if shape[0] == 3 {
		colour = "--color"
	}
	const never = "1000000000" // neither samples nor checkpoints are on the clock
	args := append([]string{"train", w.variant, "--quiet",
		"--data", images, "--size", strconv.Itoa(shape[1]), colour,
		"--arch", w.arch, "--batch", strconv.Itoa(batch), "--threads", strconv.Itoa(runtime.NumCPU()),
		"--sample-every", never, "--checkpoint-every", never, "--runs", z.path("runs"),
	}, more...)
	for name, value := range w.settings() {
		args = append(args, "--set", name+"="+value)
	}
	return z.command(ctx, args...), nil
}

// command is zoo with its data in a folder of its own.
func (z *zooBinary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, z.path("zoo"), args...)
	cmd.Env = append(os.Environ(), "GANZOO_CACHE="+z.path("cache"))
	return cmd
}

// export returns the file of a work's generator, made when it is first asked for:
// trained for one step, as its speed does not depend on what it has learnt.
func (z *zooBinary) export(ctx context.Context, w work) (string, error) {
	file := z.path(w.arch + ".onnx")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	train, err := z.training(ctx, w, "--steps", "1")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(z.path("runs"))
	for _, cmd := range []*exec.Cmd{train, z.command(ctx, "export", w.variant, file, "--quiet", "--runs", z.path("runs"))} {
		if _, err := cmd.Output(); err != nil {
			return "", peer.Failure("zoo", err)
		}
	}
	return file, nil
}

var errTooShort = errors.New("zoo took no two steps in the time")

// rateOf reads a training's events and returns the images a second between the
// first progress after the warm-up and the last before the checkpoint that ends the
// run, whose writing is no part of a step.
func rateOf(events io.Reader, warmUp float64) (float64, error) {
	var first, last zoo.Event
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e zoo.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return 0, err
		}
		if e.Type == zoo.Checkpoint {
			break
		}
		if e.Type != zoo.Progress || e.Elapsed < warmUp {
			continue
		}
		if first.Images == 0 {
			first = e
		}
		last = e
	}
	if last.Images == first.Images {
		return 0, errTooShort
	}
	return float64(last.Images-first.Images) / (last.Elapsed - first.Elapsed), lines.Err()
}
