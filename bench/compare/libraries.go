package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/bench/peer"
)

// library is another one in Go that trains networks: a command of the module in
// the folder libraryModule.
type library struct {
	name      string
	command   string
	arguments []string
	module    string
	version   string
	binary    string // empty where the module cannot be had
}

const libraryModule = "bench/peers"

// findLibraries builds their commands into a folder.
func findLibraries(ctx context.Context, folder string) []library {
	const gorgonia = "gorgonia.org/gorgonia"
	libraries := []library{
		{name: "gomlx", command: "gomlx", module: "github.com/gomlx/gomlx"},
		{name: "gorgonia", command: "gorgonia", module: gorgonia},
		{name: "gorgonia over ganzoo's BLAS", command: "gorgonia", module: gorgonia, arguments: []string{"-ganzoo-blas"}},
	}
	for i := range libraries {
		if err := libraries[i].build(ctx, folder); err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", libraries[i].name, err)
		}
	}
	return libraries
}

func (l *library) build(ctx context.Context, folder string) error {
	version, err := exec.CommandContext(ctx, "go", "-C", libraryModule, "list", "-m", "-f", "{{.Version}}", l.module).Output()
	if err != nil {
		return peer.Failure("go list", err)
	}
	l.version = strings.TrimSpace(string(version))
	binary := filepath.Join(folder, l.command)
	// gomlx's kernels ask for the vector instructions of Go's experiment.
	if err := peer.BuildIn(ctx, libraryModule, "./"+l.command, binary, "GOEXPERIMENT=simd"); err != nil {
		return err
	}
	l.binary = binary
	return nil
}

func (l library) String() string {
	if l.binary == "" {
		return l.name + " cannot be built here"
	}
	return l.name + ", " + l.version + ", in the better of one thread and all for each line"
}

// rival is the library as it trains a work best.
func (l library) rival(ctx context.Context, w work, o options) (*rival, error) {
	return newRival(w, l.name, oneOrAll(), o, func(t threads, clock time.Duration) (measurement, error) {
		// Some take ten seconds for a step: half the warm-up is enough for all.
		return l.train(ctx, w, t, o.WarmUp/2, clock)
	})
}

// libraryPatience is the longest that a run may take: many times what it should.
const libraryPatience = 5 * time.Minute

func (l library) train(ctx context.Context, w work, t threads, warmUp, clock time.Duration) (measurement, error) {
	ctx, cancel := context.WithTimeout(ctx, libraryPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.binary, append([]string{
		"-variant", w.variant, "-arch", w.arch, "-batch", strconv.Itoa(batch), "-threads", strconv.Itoa(int(t)),
		"-warm-up", inSeconds(warmUp), "-seconds", inSeconds(clock),
	}, l.arguments...)...)
	var m measurement
	out, err := cmd.Output()
	if err != nil {
		return m, peer.Failure(l.name, err)
	}
	err = json.Unmarshal(out, &m)
	m.PeakMemoryMB = memoryOf(cmd.ProcessState)
	return m, err
}
