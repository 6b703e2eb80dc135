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
	name, path string // of the command, and of the library's module
	version    string
	binary     string // empty where the module cannot be had
}

const libraryModule = "bench/peers"

// findLibraries builds their commands into a folder.
func findLibraries(ctx context.Context, folder string) []library {
	libraries := []library{{name: "gomlx", path: "github.com/gomlx/gomlx"}, {name: "gorgonia", path: "gorgonia.org/gorgonia"}}
	for i := range libraries {
		if err := libraries[i].build(ctx, folder); err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", libraries[i].name, err)
		}
	}
	return libraries
}

func (l *library) build(ctx context.Context, folder string) error {
	version, err := exec.CommandContext(ctx, "go", "-C", libraryModule, "list", "-m", "-f", "{{.Version}}", l.path).Output()
	if err != nil {
		return peer.Failure("go list", err)
	}
	l.version = strings.TrimSpace(string(version))
	binary := filepath.Join(folder, l.name)
	// gomlx's kernels ask for the vector instructions of Go's experiment.
	if err := peer.BuildIn(ctx, libraryModule, "./"+l.name, binary, "GOEXPERIMENT=simd"); err != nil {
		return err
	}
	l.binary = binary
	return nil
}

func (l library) String() string {
	if l.binary == "" {
		return l.name + " cannot be built here"
	}
	return l.name + " " + l.version + " in the better of one thread and all for each line"
}

// rival is the library as it trains a work best.
func (l library) rival(ctx context.Context, w work, o options) (*rival, error) {
	return newRival(w, l.name, oneOrAll(), o, func(t threads, clock time.Duration) (measurement, error) {
		return l.train(ctx, w, t, o.WarmUp, clock)
	})
}

// libraryPatience is the longest that a run may take: many times what it should.
const libraryPatience = 5 * time.Minute

func (l library) train(ctx context.Context, w work, t threads, warmUp, clock time.Duration) (measurement, error) {
	ctx, cancel := context.WithTimeout(ctx, libraryPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.binary,
		"-variant", w.variant, "-arch", w.arch, "-batch", strconv.Itoa(batch), "-threads", strconv.Itoa(int(t)),
		"-warm-up", inSeconds(warmUp), "-seconds", inSeconds(clock))
	var m measurement
	out, err := cmd.Output()
	if err != nil {
		return m, peer.Failure(l.name, err)
	}
	err = json.Unmarshal(out, &m)
	m.PeakMemoryMB = memoryOf(cmd.ProcessState)
	return m, err
}
