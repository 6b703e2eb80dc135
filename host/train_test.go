package host_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// slow lets a training last until the test ends it.
var slow = zoo.Config{Steps: 100_000, Params: map[string]string{"delay": "5ms"}}

// wantFault checks an error's kind and that its sentence has the parts.
func wantFault(t *testing.T, err error, kind fault.Kind, parts ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind {
		t.Fatalf("error %v is not a fault of kind %d", err, kind)
	}
	for _, p := range parts {
		if !strings.Contains(f.Error(), p) {
			t.Errorf("%q lacks %q", f.Error(), p)
		}
	}
}

// read returns the events of events.jsonl, leaving out lines that are broken.
func read(t *testing.T, run *host.Run) []*zoo.Event {
	t.Helper()
	content, err := os.ReadFile(run.EventsPath())
	if err != nil {
		t.Fatal(err)
	}
	var events []*zoo.Event
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		ev := &zoo.Event{}
		if json.Unmarshal(lines.Bytes(), ev) == nil {
			events = append(events, ev)
		}
	}
	return events
}

func warnings(events []*zoo.Event) (list []string) {
	for _, ev := range events {
		if ev.Type == zoo.Warning {
			list = append(list, ev.Message)
		}
	}
	return list
}

// runFolders lists what is in the folder of runs.
func runFolders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// lastCheckpoint returns the bytes of a run's newest checkpoint.
func lastCheckpoint(t *testing.T, run *host.Run) []byte {
	t.Helper()
	path, err := run.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestRunFolder(t *testing.T) {
	drawn := 0
	h := newHost(t, func(o *host.Options) {
		o.Versions = map[string]string{"cpu": "avx2"}
		o.Draw = func(path string, ev *zoo.Event) error {
			if drawn++; drawn == 2 {
				return errors.New("no ink")
			}
			return os.WriteFile(path, []byte(ev.Samples.Shape.String()), 0o644)
		}
	})
	var told []*zoo.Event
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Seed: 7}}, func(ev *zoo.Event) { told = append(told, ev) })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(run.ID, "honest-ring8-20") || filepath.Base(run.Dir) != run.ID || !filepath.IsAbs(run.Dir) {
		t.Errorf("run %s in %s", run.ID, run.Dir)
	}
	again, err := h.FindRun(run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if again.Status != zoo.Completed || again.Step != 20 || again.Config.Arch != "count" || again.Config.Seed != 7 || again.Dataset.Fingerprint != points.Fingerprint {
		t.Errorf("run.json says %+v", again)
	}
	if again.Versions["cpu"] != "avx2" || again.Versions["plugin"] != "1.0.0" {
		t.Errorf("versions %v", again.Versions)
	}
	events := read(t, run)
	if len(events) != len(told) {
		t.Errorf("%d events in the file, %d told", len(events), len(told))
	}
	for _, ev := range events {
		if ev.Run != run.ID || ev.Time.IsZero() {
			t.Errorf("event %+v has no run or time", ev)
		}
	}
	if got := warnings(events); len(got) != 1 || !strings.Contains(got[0], "cannot draw the samples of step 20: no ink") {
		t.Errorf("warnings %q", got)
	}
	picture, err := os.ReadFile(filepath.Join(run.Dir, "samples", "step-000010.png"))
	if err != nil || string(picture) != "4×2" {
		t.Errorf("the picture is %q, %v", picture, err)
	}
	sampled := events[slices.IndexFunc(events, func(ev *zoo.Event) bool { return ev.Type == zoo.Sampled })]
	if filepath.Base(sampled.SamplesFile) != "step-000010.png" {
		t.Errorf("the event names %q", sampled.SamplesFile)
	}
}

func TestStop(t *testing.T) {
	h := newHost(t)
	stop := make(chan struct{})
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: slow, Stop: stop}, func(ev *zoo.Event) {
		if ev.Type == zoo.Progress && ev.Step == 7 {
			close(stop)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, step := run.LastCheckpoint(); run.Status != zoo.Stopped || step != run.Step || step < 7 {
		t.Errorf("the run is %s at step %d with a checkpoint of step %d", run.Status, run.Step, step)
	}
}

// A stop that is asked for before the training began reaches it all the same.
func TestStopAtOnce(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	run, err := newHost(t).Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: slow, Stop: stop}, nil)
	if err != nil || run.Status != zoo.Stopped {
		t.Errorf("got %+v, %v", run, err)
	}
}

func TestCancel(t *testing.T) {
	for _, name := range []string{hosttest.Honest, "deaf"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var canceled time.Time
			run, err := newHost(t).Train(ctx, host.TrainOptions{Variant: name, Dataset: points, Config: slow}, func(ev *zoo.Event) {
				if canceled.IsZero() {
					canceled = time.Now()
					cancel()
				}
			})
			wantFault(t, err, fault.Canceled)
			if took := time.Since(canceled); took > 1500*time.Millisecond {
				t.Errorf("it took %v; the command waits two seconds for it", took)
			}
			if again, err := runs.Open(run.Dir); err != nil || again.Status != runs.Interrupted {
				t.Errorf("the run is %+v, %v", again, err)
			}
		})
	}
}

func TestRestart(t *testing.T) {
	h := newHost(t)
	cfg := zoo.Config{Steps: 30, Seed: 3}
	honest, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: cfg}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		deaths int
		words  string
	}{
		{"dies-once", 1, "exit status 7, its last words: out of luck): going on from step-00000005.safetensors"},
		// More deaths than a plugin that gets nowhere is allowed.
		{"dies-on", 5, "going on from step-00000025.safetensors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run, err := h.Train(t.Context(), host.TrainOptions{Variant: c.name, Dataset: points, Config: cfg}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := warnings(read(t, run))
			if len(got) != c.deaths || !strings.Contains(got[len(got)-1], c.words) {
				t.Errorf("warnings %q", got)
			}
			if !bytes.Equal(lastCheckpoint(t, run), lastCheckpoint(t, honest)) {
				t.Error("the result differs from the uninterrupted training's")
			}
		})
	}
}

func TestTrainFailures(t *testing.T) {
	for _, c := range []struct {
		name   string
		config zoo.Config
		kind   fault.Kind
		parts  []string
		status string // of the run; empty: no folder is left
	}{
		{"exits", zoo.Config{}, fault.Plugin, []string{"ended before it was ready"}, ""},
		{"honest", zoo.Config{Params: map[string]string{"n_critic": "5"}}, fault.Usage, []string{`unknown parameter "n_critic"`}, ""},
		{"always-fails", zoo.Config{}, fault.Data, []string{"the data is one short (train.npy): two of three; bring the third"}, ""},
		{"oversized", zoo.Config{}, fault.Plugin, []string{"over the limit of 16 MiB"}, ""},
		{"panics", zoo.Config{}, fault.Plugin, []string{"panicked: cannot train"}, ""},
		{"dies-always", zoo.Config{Params: map[string]string{"delay": "20ms"}}, fault.Plugin, []string{"died 4 times without getting further", "exit status 7", "out of luck, always"}, runs.Failed},
		{"stillborn", zoo.Config{}, fault.Plugin, []string{"died 2 times without getting further: exit status 7"}, ""},
		{"dies-first", zoo.Config{}, fault.Plugin, []string{"died 2 times without getting further", "no first step"}, runs.Failed},
		{"too-large", zoo.Config{}, fault.Usage, []string{"has no memory for what it was asked: exit status 7", "out of memory; ask for less: a smaller --batch"}, ""},
		{"no-done", zoo.Config{}, fault.Plugin, []string{"ended its training without saying why"}, runs.Failed},
		{"diverges", zoo.Config{}, fault.Diverged, []string{"the critic's loss is not a number"}, runs.Diverged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			h := newHost(t, func(o *host.Options) { o.RunsDir = dir })
			run, err := h.Train(t.Context(), host.TrainOptions{Variant: c.name, Dataset: points, Config: c.config}, nil)
			wantFault(t, err, c.kind, c.parts...)
			if c.status == "" {
				if strings.Contains(err.Error(), dir) {
					t.Errorf("%v names a folder that is gone", err)
				}
				if left := runFolders(t, dir); run != nil || len(left) > 0 {
					t.Errorf("left %v and the run %v", left, run)
				}
				return
			}
			if again, err := runs.Open(run.Dir); err != nil || again.Status != c.status || again.Failure == "" {
				t.Errorf("the run is %+v, %v", again, err)
			}
		})
	}
}

func TestUnwritableRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, func(o *host.Options) { o.RunsDir = filepath.Join(file, "runs") })
	_, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points}, nil)
	wantFault(t, err, fault.IO, "cannot make a folder for the run", "--runs or ZOO_RUNS")
}

// Pictures that cannot be drawn one after the other are one warning.
func TestUndrawnPictures(t *testing.T) {
	tries := 0
	h := newHost(t, func(o *host.Options) {
		o.Draw = func(string, *zoo.Event) error {
			if tries++; tries == 3 {
				return nil
			}
			return errors.New("no ink")
		}
	})
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Steps: 60}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := warnings(read(t, run)); tries != 6 || len(got) != 2 || !strings.Contains(got[0], "of step 10:") || !strings.Contains(got[1], "of step 40:") {
		t.Errorf("after %d pictures the warnings are %q", tries, got)
	}
}

// A plugin that floods the host fills neither its memory nor the disk.
func TestFlood(t *testing.T) {
	begin := time.Now()
	run, err := newHost(t).Train(t.Context(), host.TrainOptions{Variant: "floods", Dataset: points, Config: zoo.Config{Steps: 20_000}}, nil)
	took := time.Since(begin)
	if err != nil {
		t.Fatal(err)
	}
	events := read(t, run)
	// A burst of 1000, 100 a second after it, and the few that are never left out.
	if most := 1010 + int(101*took.Seconds()); len(events) > most {
		t.Errorf("%d events were written in %v, more than %d", len(events), took, most)
	}
	if got := warnings(events); len(got) == 0 || !strings.Contains(got[0], "reports too often") {
		t.Errorf("warnings %q", got)
	}
	if events[len(events)-1].Type != zoo.Done || run.Step != 20_000 {
		t.Errorf("the end was left out: step %d", run.Step)
	}
}

func TestResume(t *testing.T) {
	h := newHost(t)
	whole, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Steps: 20, Seed: 3}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Steps: 10, Seed: 3}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := len(read(t, run))
	// As if the host had been killed in the middle of a line.
	f, err := os.OpenFile(run.EventsPath(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"type":"prog`)
	f.Close()

	longer := run.Config
	longer.Steps = 20
	resumed, err := h.Train(t.Context(), host.TrainOptions{Resume: run, Config: longer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resumed.Dir != run.Dir || resumed.Step != 20 || !resumed.Created.Equal(run.Created) {
		t.Errorf("resumed as %+v", resumed)
	}
	if !bytes.Equal(lastCheckpoint(t, resumed), lastCheckpoint(t, whole)) {
		t.Error("the resumed training differs from the uninterrupted one")
	}
	if events := read(t, run); len(events) <= before || events[before].Type != zoo.Started || events[before].Step != 10 {
		t.Errorf("the events do not go on: %d, then %d", before, len(events))
	}

	// A different seed is the plugin's to refuse; the run stays as it is.
	record := readFile(t, filepath.Join(run.Dir, "run.json"))
	refused, err := h.Train(t.Context(), host.TrainOptions{Resume: run, Config: zoo.Config{Seed: 4}}, nil)
	wantFault(t, err, fault.Checkpoint, "trained with seed 3, not 4")
	if refused != nil {
		t.Errorf("the refused resume gave the run %+v", refused)
	}
	if now := readFile(t, filepath.Join(run.Dir, "run.json")); !bytes.Equal(now, record) {
		t.Errorf("a refused resume changed the run's record to %s", now)
	}
	_, err = h.Train(t.Context(), host.TrainOptions{Resume: run, Checkpoint: "nowhere.safetensors"}, nil)
	wantFault(t, err, fault.NotFound, "there is no such checkpoint", "--from")
	if _, err := os.Stat(run.Dir); err != nil {
		t.Error(err)
	}
}

// A resume from an earlier checkpoint is the run's only future: what was later
// is kept out of the way, and put back if the plugin refuses.
func TestResumeFromEarlier(t *testing.T) {
	h := newHost(t)
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Steps: 20, Seed: 3}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	early := filepath.Join(run.CheckpointsDir(), "step-00000010.safetensors")
	again := run.Config
	again.Seed, again.Steps = 4, 12
	_, err = h.Train(t.Context(), host.TrainOptions{Resume: run, Config: again, Checkpoint: early}, nil)
	wantFault(t, err, fault.Checkpoint, "trained with seed 3, not 4")
	if _, step := run.LastCheckpoint(); step != 20 {
		t.Errorf("after a refused resume the last checkpoint is of step %d", step)
	}
	if _, err := os.Stat(filepath.Join(run.Dir, "set-aside")); !os.IsNotExist(err) {
		t.Errorf("a refused resume left set-aside/: %v", err)
	}

	again.Seed = 3
	resumed, err := h.Train(t.Context(), host.TrainOptions{Resume: run, Config: again, Checkpoint: early}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, step := resumed.LastCheckpoint(); step != 12 || resumed.Step != 12 {
		t.Errorf("the last checkpoint is of step %d, the run at %d, want 12", step, resumed.Step)
	}
	if _, err := os.Stat(filepath.Join(run.Dir, "set-aside", "after-10", "step-00000020.safetensors")); err != nil {
		t.Error(err)
	}
	if got := warnings(read(t, run)); len(got) != 1 || !strings.Contains(got[0], "going on from step 10: 2 later checkpoints were set aside in ") {
		t.Errorf("warnings %q", got)
	}
}

// A resume without a dataset has the run's own, if that is unchanged.
func TestResumeChecksRecordedData(t *testing.T) {
	changed := fault.New(fault.Data, "the data has changed", "", "")
	var checked []string
	h := newHost(t, func(o *host.Options) {
		o.CheckData = func(d zoo.Dataset) error {
			checked = append(checked, d.Fingerprint)
			return changed
		}
	})
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points}, nil)
	if err != nil {
		t.Fatal(err)
	}
	longer := run.Config
	longer.Steps *= 2
	if _, err := h.Train(t.Context(), host.TrainOptions{Resume: run, Config: longer}, nil); !errors.Is(err, changed) {
		t.Errorf("got %v", err)
	}
	// Data that is given is the giver's to answer for.
	if _, err := h.Train(t.Context(), host.TrainOptions{Resume: run, Config: longer, Dataset: points}, nil); err != nil {
		t.Error(err)
	}
	if len(checked) != 1 || checked[0] != points.Fingerprint {
		t.Errorf("checked %q", checked)
	}
}

func TestOneTrainingARun(t *testing.T) {
	h := newHost(t)
	var clash error
	ctx, cancel := context.WithCancel(t.Context())
	_, err := h.Train(ctx, host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: slow}, func(ev *zoo.Event) {
		if ev.Type != zoo.Checkpoint || clash != nil {
			return
		}
		live, err := h.FindRun(ev.Run)
		if err != nil || live.Status != runs.Running {
			t.Errorf("the live run is %+v, %v", live, err)
		}
		_, clash = h.Train(t.Context(), host.TrainOptions{Resume: live}, nil)
		cancel()
	})
	wantFault(t, err, fault.Canceled)
	wantFault(t, clash, fault.Usage, "is being trained by another process")
}

// The disk is full: the training ends with the sentence, the run can go on.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	h := newHost(t)
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points}, nil)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(run.EventsPath())
	if err := os.Symlink("/dev/full", run.EventsPath()); err != nil {
		t.Fatal(err)
	}
	longer := run.Config
	longer.Steps *= 2
	_, err = h.Train(t.Context(), host.TrainOptions{Resume: run, Config: longer}, nil)
	wantFault(t, err, fault.IO, "cannot write the run's events", "free some space")
	os.Remove(run.EventsPath())
	if run, err = h.Train(t.Context(), host.TrainOptions{Resume: run, Config: longer}, nil); err != nil || run.Step != 40 {
		t.Errorf("with room again: %+v, %v", run, err)
	}
}

// The curves are drawn once, when the run's story is whole; what goes wrong there
// does not fail the training.
func TestPlot(t *testing.T) {
	var plotted []string
	h := newHost(t, func(o *host.Options) {
		o.Plot = func(run *host.Run) error {
			plotted = append(plotted, run.Status)
			return errors.New("no ink")
		}
	})
	if _, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points}, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(plotted, []string{runs.Completed}) {
		t.Errorf("drawn for runs that are %v", plotted)
	}
}
