package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestResumeBudget(t *testing.T) {
	run := zoo.Config{Epochs: 3, Time: time.Minute, Batch: 8, Threads: 1}
	for _, tt := range []struct{ set, want zoo.Config }{
		{zoo.Config{}, run},
		{zoo.Config{Threads: 2}, zoo.Config{Epochs: 3, Time: time.Minute, Batch: 8, Threads: 2}},
		{zoo.Config{Steps: 9}, zoo.Config{Steps: 9, Batch: 8, Threads: 1}},
		{zoo.Config{Epochs: 9, Threads: 2}, zoo.Config{Epochs: 9, Batch: 8, Threads: 2}},
		{zoo.Config{Time: time.Hour}, zoo.Config{Time: time.Hour, Batch: 8, Threads: 1}},
		{zoo.Config{Steps: 9, Time: time.Hour}, zoo.Config{Steps: 9, Time: time.Hour, Batch: 8, Threads: 1}},
	} {
		got := withBudget(run, tt.set)
		if got.Steps != tt.want.Steps || got.Epochs != tt.want.Epochs || got.Time != tt.want.Time || got.Batch != tt.want.Batch || got.Threads != tt.want.Threads {
			t.Errorf("%+v: got %+v, want %+v", tt.set, got, tt.want)
		}
	}
}

func TestBudgetSpent(t *testing.T) {
	for _, tt := range []struct {
		c     zoo.Config
		spent runs.Spent
		had   string // "" while something is left
		more  string
	}{
		{zoo.Config{Steps: 60}, runs.Spent{Step: 59}, "", "--steps 118"},
		{zoo.Config{Steps: 60}, runs.Spent{Step: 60}, "60 steps", "--steps 120"},
		{zoo.Config{Steps: 1}, runs.Spent{Step: 1}, "1 step", "--steps 2"},
		{zoo.Config{Steps: 60, Time: time.Minute}, runs.Spent{Step: 60, Elapsed: time.Second}, "60 steps", "--steps 120"},
		{zoo.Config{Steps: 60, Time: time.Minute}, runs.Spent{Step: 50, Elapsed: time.Minute}, "1m 00s", "--time 2m"},
		{zoo.Config{Time: 2 * time.Second}, runs.Spent{Step: 944, Elapsed: 2100 * time.Millisecond}, "2.1 s", "--time 4s"},
		{zoo.Config{Time: time.Second}, runs.Spent{Step: 944, Elapsed: 2100 * time.Millisecond}, "2.1 s", "--time 5s"},
		{zoo.Config{Time: 90 * time.Minute}, runs.Spent{Step: 944, Elapsed: 90 * time.Minute}, "1h 30m", "--time 3h"},
		{zoo.Config{Time: time.Hour}, runs.Spent{Step: 944}, "", "--time 2h"}, // events that do not tell
		{zoo.Config{Epochs: 1.5}, runs.Spent{Step: 944, Epochs: 1.5}, "1.500 epochs", "--epochs 3"},
		{zoo.Config{Epochs: 0.5}, runs.Spent{Step: 944, Epochs: 1.7}, "1.700 epochs", "--epochs 4"},
		{zoo.Config{Epochs: 2, Time: time.Hour}, runs.Spent{Step: 944, Epochs: 2, Elapsed: time.Minute}, "2 epochs", "--epochs 4"},
		{zoo.Config{}, runs.Spent{Step: 944}, "", "--steps 1888"},
	} {
		if had, more := exhausted(tt.c, tt.spent), moreBudget(tt.c, tt.spent); had != tt.had || more != tt.more {
			t.Errorf("%+v of %+v: got %q, %q, want %q, %q", tt.spent, tt.c, had, more, tt.had, tt.more)
		}
	}
}

// TestNothingLeft: from an earlier checkpoint it is that one's budget which is spent.
func TestNothingLeft(t *testing.T) {
	run := &host.Run{ID: "gan-1", Dir: t.TempDir(), Status: zoo.Completed, Config: zoo.Config{Steps: 60}}
	for _, tt := range []struct {
		o    resumeOptions
		want string // "" where something is left
	}{
		{resumeOptions{}, "gan-1 has spent its budget of 60 steps"},
		{resumeOptions{Budget: zoo.Config{Steps: 61}}, ""},
		{resumeOptions{Checkpoint: "old/step-20.safetensors"}, ""},
		{resumeOptions{Checkpoint: "old/step-20.safetensors", Budget: zoo.Config{Steps: 20}}, "step-20.safetensors has trained for 20 steps already"},
		{resumeOptions{Checkpoint: "of unknown step", Budget: zoo.Config{Steps: 20}}, ""},
	} {
		err := tt.o.checkBudget(run)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: got %v, want %q", tt.o, err, tt.want)
		}
	}
}
