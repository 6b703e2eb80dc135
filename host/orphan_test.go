//go:build linux

package host_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestVictim is the host that TestKilledHost kills: in a process of its own it
// trains without end and prints where.
func TestVictim(t *testing.T) {
	dir, variant := os.Getenv("VICTIM_RUNS"), os.Getenv("VICTIM_VARIANT")
	if dir == "" {
		t.Skip("only as a helper process")
	}
	h := newHost(t, func(o *host.Options) {
		o.RunsDir, o.PluginDir = dir, dir
		if variant == "wrapped" {
			o.Builtins = nil
		}
	})
	if variant == "hangs" {
		go func() {
			for !slices.ContainsFunc(descendants(os.Getpid()), hangs) {
				time.Sleep(time.Millisecond)
			}
			fmt.Println("\nTRAINING nothing")
		}()
	}
	_, err := h.Train(t.Context(), host.TrainOptions{Variant: variant, Dataset: points, Config: slow}, func(ev *zoo.Event) {
		if ev.Type == zoo.Checkpoint && ev.Step == 10 {
			fmt.Println("\nTRAINING", ev.Run)
		}
	})
	t.Fatal(err)
}

// A host that is killed takes its plugin with it, whether the kernel ends the
// plugin (it is a child, even one that never served) or the plugin has to look
// (it is behind a script), and its run can be resumed.
func TestKilledHost(t *testing.T) {
	t.Run("child", func(t *testing.T) {
		dir := t.TempDir()
		killHost(t, dir, hosttest.Honest)
		h := newHost(t, func(o *host.Options) { o.RunsDir = dir })
		run, err := h.FindRun(hosttest.Honest)
		if err != nil {
			t.Fatal(err)
		}
		if run.Status != runs.Interrupted {
			t.Errorf("the run is %s", run.Status)
		}
		cfg := run.Config
		cfg.Steps = 2000
		cfg.Params = nil
		if run, err = h.Train(t.Context(), host.TrainOptions{Resume: run, Config: cfg}, nil); err != nil || run.Status != runs.Completed {
			t.Errorf("resumed as %+v, %v", run, err)
		}
	})
	t.Run("silent", func(t *testing.T) { killHost(t, t.TempDir(), "hangs") })
	t.Run("behind a script", func(t *testing.T) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		script := filepath.Join(dir, "zoo-plugin-wrapped")
		// The trailing command keeps the shell from replacing itself.
		if err := os.WriteFile(script, []byte("#!/bin/sh\n"+self+" __serve honest-as wrapped\nexit $?\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		h := newHost(t, func(o *host.Options) { o.PluginDir = dir })
		if _, err := h.Register(t.Context(), script); err != nil {
			t.Fatal(err)
		}
		killHost(t, dir, "wrapped")
	})
}

// killHost starts TestVictim, kills it while it trains and waits for the end of
// its descendants.
func killHost(t *testing.T, dir, variant string) {
	t.Helper()
	// What the victim cannot remove goes with this folder. Its name is short: sockets
	// lie below it.
	litter, err := os.MkdirTemp("", "v")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(litter) })
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), "VICTIM_RUNS="+dir, "VICTIM_VARIANT="+variant, "TMPDIR="+litter)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var seen []string
	training := false
	for lines := bufio.NewScanner(out); !training && lines.Scan(); {
		seen = append(seen, lines.Text())
		training = strings.HasPrefix(lines.Text(), "TRAINING")
	}
	family := descendants(victim.Process.Pid)
	victim.Process.Signal(syscall.SIGKILL)
	victim.Wait()
	if !training || len(family) == 0 {
		t.Fatalf("the victim trained nothing (descendants %v): %q", family, seen)
	}
	for _, pid := range family {
		hosttest.WaitGone(t, pid)
	}
}

// hangs says whether the process has become the plugin that never serves: right
// after the fork it is still a copy of its parent.
func hangs(pid int) bool {
	args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.HasSuffix(string(args), "\x00hangs\x00")
}

// descendants lists the processes under pid.
func descendants(pid int) (list []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		content, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(content)) {
			if child, err := strconv.Atoi(field); err == nil {
				list = append(append(list, child), descendants(child)...)
			}
		}
	}
	return list
}
