package zootest

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// endless is a budget that no test waits for.
const endless = 1 << 40

// request asks for the reference training in a folder of its own.
func (s *suite) request(t *testing.T) *zoo.TrainRequest {
	t.Helper()
	return s.requestIn(t, t.TempDir())
}

func (s *suite) requestIn(t *testing.T, dir string) *zoo.TrainRequest {
	t.Helper()
	for _, sub := range []string{"checkpoints", "samples"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	req := &zoo.TrainRequest{RunDir: dir, Dataset: s.data, Config: s.o.Config}
	req.Config.Steps = s.o.Steps
	req.Config.Threads = 1
	req.Config.CheckpointEvery = s.o.Steps / 2
	req.Config.SampleEvery = s.o.Steps / 2
	return req
}

// do trains and returns the events.
func do(t *testing.T, p *process.Process, req *zoo.TrainRequest, on func(*zoo.Event)) []*zoo.Event {
	t.Helper()
	var events []*zoo.Event
	err := p.Train(t.Context(), req, func(ev *zoo.Event) error {
		events = append(events, ev)
		if on != nil {
			on(ev)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Train: %v", err)
	}
	if len(events) == 0 {
		t.Fatal("Train told nothing")
	}
	return events
}

// newest returns the newest whole checkpoint of a run's folder and its step.
func newest(t *testing.T, req *zoo.TrainRequest) (string, int64) {
	t.Helper()
	path, step := (&runs.Run{Dir: req.RunDir}).LastCheckpoint()
	if path == "" {
		t.Fatalf("no whole checkpoint in %s/checkpoints", req.RunDir)
	}
	return path, step
}

// sameAsReference checks that a training ended at the reference's last step
// with the same bytes.
func (s *suite) sameAsReference(t *testing.T, req *zoo.TrainRequest) {
	t.Helper()
	path, step := newest(t, req)
	if step != s.o.Steps {
		t.Errorf("the last checkpoint is of step %d, want %d", step, s.o.Steps)
	}
	if !bytes.Equal(bytesOf(t, path), bytesOf(t, s.checkpoint)) {
		t.Errorf("%s differs from the reference's: its bytes must depend on the configuration, the data and the step alone", filepath.Base(path))
	}
}

// train makes the reference and looks at its story.
func (s *suite) train(t *testing.T) {
	req := s.requestIn(t, s.dir)
	events := do(t, s.p, req, nil)

	first, last := events[0], events[len(events)-1]
	if first.Type != zoo.Started {
		t.Errorf("the first event is %q, want %q", first.Type, zoo.Started)
	}
	if first.Config == nil {
		t.Fatal("the started event has no configuration")
	}
	if c := first.Config; c.Steps != req.Config.Steps || c.Seed != req.Config.Seed || c.Batch != req.Config.Batch || c.Arch == "" {
		t.Errorf("the started event's configuration %+v is not the request's with its defaults filled in", c)
	}
	s.codes = first.Codes
	for _, p := range s.p.Description().Params {
		if _, ok := first.Config.Params[p.Name]; !ok {
			t.Errorf("the started event's configuration lacks the parameter %s", p.Name)
		}
	}
	if last.Type != zoo.Done || last.Reason != zoo.Completed || last.Step != s.o.Steps {
		t.Errorf("the last event is %q at step %d for the reason %q, want %q at %d, %q", last.Type, last.Step, last.Reason, zoo.Done, s.o.Steps, zoo.Completed)
	}
	seen := map[zoo.EventType]int{}
	for i, ev := range events {
		seen[ev.Type]++
		if i > 0 && ev.Step < events[i-1].Step {
			t.Errorf("step %d follows step %d", ev.Step, events[i-1].Step)
		}
		s.look(t, ev)
	}
	for _, want := range []zoo.EventType{zoo.Started, zoo.Done} {
		if seen[want] != 1 {
			t.Errorf("%d events of type %q, want one", seen[want], want)
		}
	}
	for _, want := range []zoo.EventType{zoo.Progress, zoo.Sampled, zoo.Checkpoint} {
		if seen[want] == 0 {
			t.Errorf("no event of type %q", want)
		}
	}
	s.checkpoint, _ = newest(t, req)
	if s.half == "" {
		t.Fatalf("no checkpoint of step %d, with one asked for every %d steps", s.o.Steps/2, req.Config.CheckpointEvery)
	}
	onlyCheckpoints(t, s.dir)
}

// look checks one event.
func (s *suite) look(t *testing.T, ev *zoo.Event) {
	t.Helper()
	for name, v := range ev.Losses {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("the loss %s is %v at step %d", name, v, ev.Step)
		}
	}
	switch ev.Type {
	case zoo.Progress:
		if len(ev.Losses) == 0 {
			t.Errorf("progress at step %d tells no losses", ev.Step)
		}
	case zoo.Sampled:
		if ev.Samples == nil {
			t.Errorf("the samples event of step %d has no samples", ev.Step)
		} else {
			s.lookAtSamples(t, ev.Samples, ev.Samples.Shape[0])
		}
	case zoo.Checkpoint:
		if !filepath.IsAbs(ev.Checkpoint) {
			t.Errorf("the checkpoint event of step %d names %q, want an absolute path", ev.Step, ev.Checkpoint)
		}
		bytesOf(t, ev.Checkpoint)
		s.lookAtCheckpoint(t, ev)
		if ev.Step == s.o.Steps/2 {
			s.half = ev.Checkpoint
		}
	}
}

// lookAtCheckpoint checks that the host will find the checkpoint again: it goes
// by the name, and takes a file for whole when its length is what its header says.
func (s *suite) lookAtCheckpoint(t *testing.T, ev *zoo.Event) {
	t.Helper()
	base := filepath.Base(ev.Checkpoint)
	if step, ok := runs.CheckpointStep(ev.Checkpoint); !ok || step != ev.Step {
		t.Fatalf("the checkpoint of step %d is called %s: the host finds only checkpoints/step-<step>.safetensors, such as step-%08d.safetensors", ev.Step, base, ev.Step)
	}
	if !runs.Whole(ev.Checkpoint) {
		t.Fatalf("%s is no whole safetensors file: the host would pass over it as cut short", base)
	}
}

// onlyCheckpoints checks that a run's folder has nothing but whole checkpoints.
func onlyCheckpoints(t *testing.T, dir string) {
	t.Helper()
	unfinished, _ := filepath.Glob(filepath.Join(dir, "checkpoints", ".*"))
	for _, path := range unfinished {
		t.Errorf("%s was left half-written", path)
	}
	outside, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range outside {
		if base := filepath.Base(path); base != "checkpoints" && base != "samples" {
			t.Errorf("the plugin wrote %s: only checkpoints/ is its own", path)
		}
	}
}

func (s *suite) sameSeed(t *testing.T) {
	req := s.request(t)
	do(t, s.start(t), req, nil)
	s.sameAsReference(t, req)
}

func (s *suite) anotherSeed(t *testing.T) {
	req := s.request(t)
	req.Config.Seed++
	do(t, s.p, req, nil)
	if path, _ := newest(t, req); bytes.Equal(bytesOf(t, path), bytesOf(t, s.checkpoint)) {
		t.Error("another seed gives the same bytes")
	}
}

func (s *suite) threads(t *testing.T) {
	req := s.request(t)
	req.Config.Threads = 2
	do(t, s.p, req, nil)
	s.sameAsReference(t, req)
}

func (s *suite) resume(t *testing.T) {
	req := s.request(t)
	req.Resume = s.half
	events := do(t, s.start(t), req, nil)
	if events[0].Step != s.o.Steps/2 {
		t.Errorf("it started at step %d, the checkpoint is of step %d", events[0].Step, s.o.Steps/2)
	}
	s.sameAsReference(t, req)
}

// stop asks for an orderly end and goes on from there.
func (s *suite) stop(t *testing.T) {
	req := s.request(t)
	stop := make(chan struct{})
	req.Stop = stop
	events := do(t, s.p, req, func(ev *zoo.Event) {
		if ev.Type == zoo.Started {
			close(stop)
		}
	})
	last := events[len(events)-1]
	if last.Type != zoo.Done || last.Reason != zoo.Stopped && last.Step < s.o.Steps {
		t.Fatalf("the last event is %q for the reason %q, want %q, %q", last.Type, last.Reason, zoo.Done, zoo.Stopped)
	}
	path, step := newest(t, req)
	if step != last.Step {
		t.Errorf("it stopped at step %d, the last checkpoint is of step %d", last.Step, step)
	}
	req.Stop, req.Resume = nil, path
	do(t, s.p, req, nil)
	s.sameAsReference(t, req)
}

// cancel ends a training at once; the process stays of use.
func (s *suite) cancel(t *testing.T) {
	req := s.request(t)
	req.Config.Steps = endless
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := s.start(t)
	begin := time.Now()
	err := p.Train(ctx, req, func(ev *zoo.Event) error {
		if ev.Type == zoo.Progress && ctx.Err() == nil {
			begin = time.Now()
			cancel()
		}
		return nil
	})
	if fault.KindOf(err) != fault.Canceled {
		t.Errorf("the canceled training returned %v", err)
	}
	// Train's own return is the host's; that the plugin stopped shows when it
	// takes the next training.
	for {
		again := s.request(t)
		err := p.Train(t.Context(), again, func(*zoo.Event) error { return nil })
		if err == nil {
			s.sameAsReference(t, again)
			break
		}
		if time.Since(begin) > 5*time.Second {
			t.Fatalf("five seconds after the cancel it still trains: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	onlyCheckpoints(t, req.RunDir)
}

// kill ends a process as a power cut would and goes on in another. The budget
// is longer than the reference's, so that the kill comes before the end.
func (s *suite) kill(t *testing.T) {
	whole, cut := s.request(t), s.request(t)
	whole.Config.Steps *= 5
	cut.Config.Steps *= 5
	do(t, s.p, whole, nil)

	p := s.start(t)
	p.Train(t.Context(), cut, func(ev *zoo.Event) error {
		if ev.Type == zoo.Checkpoint {
			end(p)
		}
		return nil
	})
	<-p.Ended()
	cut.Resume, _ = newest(t, cut)
	do(t, s.start(t), cut, nil)

	want, wantStep := newest(t, whole)
	got, gotStep := newest(t, cut)
	if gotStep != wantStep || !bytes.Equal(bytesOf(t, got), bytesOf(t, want)) {
		t.Errorf("killed and resumed from %s, it ended at step %d with other bytes than the uninterrupted training at %d", filepath.Base(cut.Resume), gotStep, wantStep)
	}
}

// end kills a process with SIGKILL.
func end(p *process.Process) {
	if proc, err := os.FindProcess(p.PID()); err == nil {
		proc.Kill()
	}
}
