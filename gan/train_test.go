package gan

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// hinge is a variant for tests: it draws random numbers in both steps, has a
// normalised discriminator and reports a term.
var hinge = &Variant{
	Name: "hinge", Title: "Hinge GAN", Year: 2017, Paper: "arXiv:1705.02894",
	Params: []Param{{Name: "margin", Default: 1.0, Max: 10, Doc: "margin"}},
	Images: Setup{Arch: "mlp", Batch: 8, Steps: 6, Set: map[string]any{"n_critic": 2, "width": 8, "latent": 4}},
	Points: Setup{Batch: 8, Steps: 6},
	Discriminator: func(s *Step) *graph.Node {
		margin := s.Param("margin")
		noisy := s.Real.Add(s.Normal("noise", s.Real.Shape()...).Mul(0.01))
		real := s.D(noisy).Neg().Add(margin).Relu().Mean()
		fake := s.D(s.Fake).Add(margin).Relu().Mean()
		s.Report("real", real)
		return real.Add(fake)
	},
	Generator: func(s *Step) *graph.Node { return s.D(s.Fake).Mean().Neg() },
}

// points writes a dataset of points in a square, labelled by half.
func points(t *testing.T) zoo.Dataset {
	t.Helper()
	const n = 50
	x := make([]float32, 2*n)
	tensor.NewStream(1, "test", 0).Uniform(x, -1, 1)
	y := make([]int64, n)
	for i := range y {
		y[i] = int64(i % 2)
	}
	dir := t.TempDir()
	d := zoo.Dataset{
		Name: "square", Kind: zoo.Points, Shape: []int{2}, Count: n, Classes: 2,
		TrainX: filepath.Join(dir, "x.npy"), TrainY: filepath.Join(dir, "y.npy"), Fingerprint: "sha256:test",
	}
	if err := errors.Join(npy.WriteFile(d.TrainX, []int{n, 2}, x), npy.WriteFile(d.TrainY, []int{n}, y)); err != nil {
		t.Fatal(err)
	}
	return d
}

// result is what a training left.
type result struct {
	dir    string
	events []*zoo.Event
	err    error
}

func (r *result) last() *zoo.Event { return r.events[len(r.events)-1] }

// checkpoint returns the bytes of the last one.
func (r *result) checkpoint(t *testing.T) []byte {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	content, err := os.ReadFile(r.last().Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func runTraining(t *testing.T, v *Variant, req *zoo.TrainRequest) *result {
	t.Helper()
	r := &result{dir: t.TempDir()}
	req.RunDir = r.dir
	r.err = NewPlugin(v).Train(context.Background(), req, func(e *zoo.Event) error {
		r.events = append(r.events, e)
		return nil
	})
	return r
}

func TestTheStoryOfATraining(t *testing.T) {
	d := points(t)
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 6, SampleEvery: 3, CheckpointEvery: 4, Seed: 1}})
	if r.err != nil {
		t.Fatal(r.err)
	}
	var story []string
	for _, e := range r.events {
		if e.Type != zoo.Progress {
			story = append(story, string(e.Type))
		}
	}
	want := "started samples samples checkpoint samples checkpoint done"
	if got := strings.Join(story, " "); got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	first, last := r.events[0], r.last()
	if c := first.Config; c == nil || c.Arch != "toy" || c.Batch != 8 || c.Params["margin"] != "1" {
		t.Errorf("the first event's configuration is %+v", c)
	}
	if last.Reason != zoo.Completed || last.Step != 6 || last.Images != 6*2*8 || filepath.Base(last.Checkpoint) != "step-00000006.safetensors" {
		t.Errorf("the last event is %+v", last)
	}
	if s := r.events[1].Samples; !s.Shape.Equal(tensor.Shape{pointSamples, 2}) {
		t.Errorf("samples of shape %v", s.Shape)
	}
}

func TestSamplesAreSpreadOverTheBudget(t *testing.T) {
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 100}})
	r.checkpoint(t)
	var steps []int64
	for _, e := range r.events {
		if e.Type == zoo.Sampled {
			steps = append(steps, e.Step)
		}
	}
	for i, step := range steps {
		if step != int64(5*i) {
			t.Fatalf("samples at steps %v, want every fifth", steps)
		}
	}
}

func TestTheSameBytes(t *testing.T) {
	d := points(t)
	config := zoo.Config{Steps: 9, Seed: 7, Threads: 1}
	whole := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config}).checkpoint(t)

	t.Run("again", func(t *testing.T) {
		if !bytes.Equal(whole, runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config}).checkpoint(t)) {
			t.Error("other bytes")
		}
	})
	t.Run("on more threads, with other cadences", func(t *testing.T) {
		c := config
		c.Threads, c.CheckpointEvery, c.SampleEvery = 3, 2, 1
		if !bytes.Equal(whole, runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: c}).checkpoint(t)) {
			t.Error("other bytes")
		}
	})
	t.Run("resumed", func(t *testing.T) {
		c := config
		c.Steps = 4
		half := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: c})
		half.checkpoint(t)
		rest := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config, Resume: half.last().Checkpoint})
		if !bytes.Equal(whole, rest.checkpoint(t)) {
			t.Error("other bytes")
		}
		if e := rest.events[0]; e.Step != 4 || e.Elapsed < readClock(half.last().Checkpoint).Seconds() || e.Elapsed == 0 {
			t.Errorf("the resumed training begins at step %d after %v s", e.Step, e.Elapsed)
		}
	})
	t.Run("but not of another seed", func(t *testing.T) {
		c := config
		c.Seed = 8
		if bytes.Equal(whole, runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: c}).checkpoint(t)) {
			t.Error("the same bytes")
		}
	})
}

func TestBudgets(t *testing.T) {
	d := points(t)
	t.Run("epochs", func(t *testing.T) {
		// 2 epochs of 50 examples, 16 a step.
		r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Epochs: 2}})
		r.checkpoint(t)
		if got := r.last(); got.Step != 7 || got.Epoch < 2 {
			t.Errorf("ended at step %d, epoch %v", got.Step, got.Epoch)
		}
	})
	t.Run("time", func(t *testing.T) {
		r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Time: 50 * time.Millisecond}})
		r.checkpoint(t)
		if got := r.last(); got.Elapsed < 0.05 || got.Reason != zoo.Completed {
			t.Errorf("ended after %v s: %s", got.Elapsed, got.Reason)
		}
	})
	t.Run("the first to end wins", func(t *testing.T) {
		b := budget{steps: 10, images: 1000, time: time.Minute}
		for _, tc := range []struct {
			step, images int64
			elapsed      time.Duration
			want         float64
		}{
			{5, 100, 0, 0.5}, {1, 900, 0, 0.9}, {1, 100, 45 * time.Second, 0.75}, {10, 0, 0, 1},
		} {
			if got := b.spent(tc.step, tc.images, tc.elapsed); got != tc.want {
				t.Errorf("spent %v of the budget, want %v", got, tc.want)
			}
		}
	})
}

func TestStopKeepsTheStep(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 1000}, Stop: stop})
	r.checkpoint(t)
	if got := r.last(); got.Reason != zoo.Stopped || got.Step != 0 {
		t.Errorf("ended with %q at step %d", got.Reason, got.Step)
	}
}

func TestCancelWritesNothingMore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	err := NewPlugin(hinge).Train(ctx, &zoo.TrainRequest{RunDir: dir, Dataset: points(t), Config: zoo.Config{Steps: 1 << 30}},
		func(e *zoo.Event) error {
			if e.Type == zoo.Progress {
				cancel()
			}
			return nil
		})
	if fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v, want a fault of kind Canceled", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); left != nil {
		t.Errorf("it left %v", left)
	}
}

func TestALostHostEndsTheTraining(t *testing.T) {
	gone := errors.New("the host is gone")
	err := NewPlugin(hinge).Train(context.Background(), &zoo.TrainRequest{RunDir: t.TempDir(), Dataset: points(t)},
		func(*zoo.Event) error { return gone })
	if !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

func TestAnUnsoundObjectiveIsAnError(t *testing.T) {
	bad := *hinge
	bad.Generator = func(s *Step) *graph.Node { return s.D(s.Real.Reshape(1, -1)) }
	r := runTraining(t, &bad, &zoo.TrainRequest{Dataset: points(t)})
	var build *graph.BuildError
	if !errors.As(r.err, &build) {
		t.Errorf("got %v, want a BuildError", r.err)
	}
}

func TestDivergenceKeepsTheLastGoodCheckpoint(t *testing.T) {
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{
		Steps: 500, CheckpointEvery: 1,
		Params: map[string]string{"optimizer": "sgd", "lr_d": "10", "lr_g": "10", "beta1": "0.9"},
	}})
	if fault.KindOf(r.err) != fault.Diverged || !strings.Contains(r.err.Error(), "lr_d") {
		t.Fatalf("got %v, want a fault of kind Diverged with advice", r.err)
	}
	last := r.last()
	if last.Type != zoo.Done || last.Reason != zoo.Diverged || last.Checkpoint == "" {
		t.Fatalf("the last event is %+v", last)
	}
	s, err := load(last.Checkpoint, hinge)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.model(hinge)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkWeights(0, m.Variables()); err != nil {
		t.Error(err)
	}
}

func TestWatch(t *testing.T) {
	var w watch
	for range explodedSteps - 1 {
		if err := w.check(1, 2*explodedLoss, 0); err != nil {
			t.Fatal("one loud batch ended the training: ", err)
		}
	}
	if err := w.check(1, 0, 0); err != nil || w.exploded != 0 {
		t.Error("a quiet batch does not calm the watch")
	}
	for range explodedSteps {
		_ = w.check(1, 0, -2*explodedLoss)
	}
	if w.check(1, 0, -2*explodedLoss) == nil {
		t.Error("losses exploded and nothing noticed")
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "checkpoints"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := NewPlugin(hinge).Train(t.Context(), &zoo.TrainRequest{RunDir: dir, Dataset: points(t)},
		func(*zoo.Event) error { return nil })
	if fault.KindOf(err) != fault.IO {
		t.Errorf("got %v, want a fault of kind IO", err)
	}
}

func TestOldCheckpointsAreDropped(t *testing.T) {
	// The name is a pattern to those who do not look.
	dir := filepath.Join(t.TempDir(), "run [1]", "checkpoints")
	killed := filepath.Join(dir, ".step-00000001.safetensors.123.tmp")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(killed, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	err := NewPlugin(hinge).Train(t.Context(), &zoo.TrainRequest{
		RunDir: filepath.Dir(dir), Dataset: points(t), Config: zoo.Config{Steps: 6, CheckpointEvery: 1},
	}, func(*zoo.Event) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{
		"step-00000004.safetensors", "step-00000004.safetensors.clock",
		"step-00000005.safetensors", "step-00000005.safetensors.clock",
		"step-00000006.safetensors", "step-00000006.safetensors.clock",
	}
	if !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
}

// TestProfile: the times of the ops add up to those of the steps, and the work
// counted is the graphs' own.
func TestProfile(t *testing.T) {
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 20, Seed: 1}, Profile: true})
	var p *zoo.Profile
	for _, e := range r.events {
		if e.Type == zoo.Profiled {
			p = e.Profile
		}
	}
	if p == nil || p.Steps != 20 {
		t.Fatalf("the profile is %+v", p)
	}
	sum, work := 0.0, 0.0
	for i, o := range p.Ops {
		sum += o.Seconds
		work += o.GFLOP
		if i > 0 && o.Seconds > p.Ops[i-1].Seconds {
			t.Errorf("%s is not in its place", o.Op)
		}
	}
	if sum < 0.99*p.Seconds || sum > 1.01*p.Seconds {
		t.Errorf("the ops take %gs, the steps %gs", sum, p.Seconds)
	}
	if work <= 0 {
		t.Error("no work was counted")
	}
}
