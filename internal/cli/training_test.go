package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// story is a training's events, as a plugin sends them.
func story() []*zoo.Event {
	return []*zoo.Event{
		{Type: zoo.Started, Steps: 4000, Run: "wgan-mnist-1", Config: &zoo.Config{Arch: "mlp", Batch: 64, Steps: 4000, Seed: 1}, Message: "G 1.2 M"},
		{Type: zoo.Progress, Step: 1000, Steps: 4000, Remaining: 125, ImagesPerSecond: 12345.6, Losses: map[string]float64{"g": 0.25, "d": -1.5}},
		{Type: zoo.Measured, Step: 1000, Measures: []zoo.Measure{{Name: "distance", Value: 2.5, Unit: "nats"}}},
		{Type: zoo.Warning, Message: "the plugin died"},
		{Type: zoo.Done, Step: 4000, Steps: 4000, Elapsed: 500, Reason: zoo.Completed, Checkpoint: "/r/step.safetensors", Run: "wgan-mnist-1"},
	}
}

func tell(s *session, run *host.Run) error {
	v := newTrainView(s.Factory)
	for _, e := range story() {
		v.event(e)
	}
	v.close()
	return v.finish(run)
}

func TestTrainingInPlainLines(t *testing.T) {
	s := newSession(t)
	s.RunsDir = s.runsDir()
	dir := filepath.Join(s.RunsDir, "wgan-mnist-1")
	if err := tell(s, &host.Run{ID: "wgan-mnist-1", Dir: dir, Variant: "wgan", Status: zoo.Completed, Step: 4000}); err != nil {
		t.Fatal(err)
	}
	wantErr := `wgan-mnist-1: mlp, batch 64, 4,000 steps, seed 1
G 1.2 M
step 1,000 · distance 2.500 nats
warning: the plugin died
try next:
  zoo sample wgan-mnist-1 --grid 8x8 --out samples.png
  zoo evaluate wgan-mnist-1
  zoo export wgan-mnist-1 wgan.onnx
`
	if s.err.String() != wantErr {
		t.Errorf("stderr:\n%s\nwant:\n%s", s.err, wantErr)
	}
	if want := "wgan trained: 4,000 steps in 8m 20s\nrun folder: " + dir + "\n"; s.out.String() != want {
		t.Errorf("stdout:\n%s\nwant:\n%s", s.out, want)
	}
}

func TestTrainingAsJSONLines(t *testing.T) {
	s := newSession(t)
	s.JSON = true
	if err := tell(s, &host.Run{ID: "wgan-mnist-1", Variant: "wgan", Status: zoo.Completed}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(s.out.String()), "\n")
	if len(lines) != len(story()) {
		t.Fatalf("%d lines for %d events", len(lines), len(story()))
	}
	var last struct{ Type, Run, Checkpoint string }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Type != "done" || last.Run != "wgan-mnist-1" || last.Checkpoint != "/r/step.safetensors" {
		t.Errorf("last line: %+v", last)
	}
}

func TestQuietTrainingTellsItsResultAlone(t *testing.T) {
	s := newSession(t)
	s.Quiet = true
	if err := tell(s, &host.Run{ID: "x", Dir: "/r/x", Variant: "wgan", Status: zoo.Completed}); err != nil {
		t.Fatal(err)
	}
	if s.err.Len() > 0 || !strings.Contains(s.out.String(), "run folder: /r/x") {
		t.Errorf("stderr:\n%s\nstdout:\n%s", s.err, s.out)
	}
}

func TestStoppedTrainingPrintsTheResumeLine(t *testing.T) {
	s := newSession(t)
	s.RunsDir = filepath.Join(s.runsDir(), "my runs")
	run := runOnDisk(t, s, "wgan-ring8-1")
	run.Status = zoo.Stopped
	if err := tell(s, run); err != nil {
		t.Fatal(err)
	}
	if want := "go on with:\n  zoo resume wgan-ring8-1 --runs '" + s.RunsDir + "'\n"; !strings.HasSuffix(s.err.String(), want) {
		t.Errorf("stderr:\n%s\nwant at its end:\n%s", s.err, want)
	}
}

// A run that lies elsewhere than the others is named by its folder.
func TestNameOf(t *testing.T) {
	s := newSession(t)
	s.RunsDir = s.runsDir()
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		filepath.Join(s.RunsDir, "gan-1"):      "gan-1",
		filepath.Join(here, "gan-1"):           "." + string(filepath.Separator) + "gan-1",
		filepath.Join(here, "old runs", "gan"): "'" + filepath.Join("old runs", "gan") + "'",
	} {
		if got := s.nameOf(&host.Run{ID: filepath.Base(dir), Dir: dir}); got != want {
			t.Errorf("%s is named %s, want %s", dir, got, want)
		}
	}
}

// Only the command knows whether there is a checkpoint to go back to, whatever
// the plugin says of learning rates.
func TestDivergenceNamesTheCheckpointThereIs(t *testing.T) {
	s := newSession(t)
	s.RunsDir = filepath.Join(s.runsDir(), "my runs")
	run := runOnDisk(t, s, "wgan-ring8-1")
	kept := "; the last good checkpoint is kept: zoo sample wgan-ring8-1 --runs '" + s.RunsDir + "'"
	for _, tt := range []struct {
		mend string
		run  *host.Run
		want string
	}{
		{"", nil, "try a smaller learning rate with --set, or another --seed"},
		{"try --set lr_d=1e-4", &host.Run{ID: "wgan-ring8-2", Dir: t.TempDir()}, "try --set lr_d=1e-4"},
		{"try --set lr_d=1e-4", run, "try --set lr_d=1e-4" + kept},
		{"", run, "try a smaller learning rate with --set, or another --seed" + kept},
	} {
		err := s.explainDivergence(fault.New(fault.Diverged, "it diverged", "", tt.mend), tt.run)
		var got *fault.Error
		if !errors.As(err, &got) || got.Mend != tt.want {
			t.Errorf("the mend is %q, want %q", got.Mend, tt.want)
		}
	}
}

// runOnDisk makes a run's folder with one checkpoint without tensors.
func runOnDisk(t *testing.T, s *session, id string) *host.Run {
	t.Helper()
	dir := filepath.Join(cmp.Or(s.RunsDir, s.runsDir()), id)
	r := &host.Run{ID: id, Dir: dir, Variant: "wgangp", Status: zoo.Completed, Step: 100, Config: zoo.Config{Batch: 8, Steps: 100, Params: map[string]string{"lambda": "10"}},
		Dataset: zoo.Dataset{Name: "ring8", Kind: zoo.Points, Shape: []int{2}, Count: 100}}
	if err := os.MkdirAll(r.CheckpointsDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := r.Save(); err != nil {
		t.Fatal(err)
	}
	// An empty safetensors file: the length of its header, the header.
	if err := os.WriteFile(filepath.Join(r.CheckpointsDir(), "step-00000100.safetensors"), []byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunsSession(t *testing.T) {
	s := newSession(t)
	runOnDisk(t, s, "wgangp-ring8-1")
	if code := s.run("runs", "list"); code != 0 || !strings.HasPrefix(s.out.String(), "wgangp-ring8-1\tring8\t100\tcompleted\t") {
		t.Errorf("list: code %d\n%s%s", code, s.out, s.err)
	}
	if code := s.run("resume", "wgangp"); code != 2 || !strings.Contains(s.err.String(), "spent its budget of 100 steps") {
		t.Errorf("resume of a complete run: code %d\n%s", code, s.err)
	}
	s.out.Reset()
	if code := s.run("runs", "show", "wgangp", "--json"); code != 0 {
		t.Errorf("show: code %d\n%s", code, s.err)
	}
	var shown struct{ ID, Dir, Checkpoint string }
	if err := json.Unmarshal(s.out.Bytes(), &shown); err != nil || shown.ID != "wgangp-ring8-1" || filepath.Base(shown.Checkpoint) != "step-00000100.safetensors" {
		t.Errorf("show: %v %+v", err, shown)
	}
	s.JSON = false
	if code := s.run("runs", "rm", "wgangp-ring8-1"); code != 2 || !strings.Contains(s.err.String(), "--yes") {
		t.Errorf("rm without a terminal: code %d\n%s", code, s.err)
	}
	if code := s.run("runs", "rm", "wgangp-ring8-1", "nothing", "--yes"); code != 3 {
		t.Errorf("rm of one and nothing: code %d", code)
	}
	s.out.Reset()
	if code := s.run("runs", "rm", "wgangp-ring8-1", "--yes"); code != 0 || s.out.String() != "removed wgangp-ring8-1\n" {
		t.Errorf("rm: code %d\n%s%s", code, s.out, s.err)
	}
	if _, err := os.Stat(filepath.Join(s.RunsDir, "wgangp-ring8-1")); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestRemovalAsks(t *testing.T) {
	for answer, code := range map[string]int{"y\n": 0, "n\n": exitCanceled, "": exitCanceled} {
		s := newSession(t)
		s.IO.SetTTY(false, true)
		s.IO.In = strings.NewReader(answer)
		runOnDisk(t, s, "wgangp-ring8-1")
		if got := s.run("runs", "rm", "wgangp"); got != code || !strings.Contains(s.err.String(), "for good? [y/N]") {
			t.Errorf("%q: code %d\n%s", answer, got, s.err)
		}
	}
}
