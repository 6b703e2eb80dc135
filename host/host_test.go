package host_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"testing"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestMain(m *testing.M) {
	hosttest.ServeIfAsked()
	goleak.VerifyTestMain(m)
}

// newHost is a host whose built-ins are the doubles, in folders of the test.
func newHost(t *testing.T, change ...func(*host.Options)) *host.Host {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := host.Options{
		Builtins:   hosttest.Descriptions(),
		Executable: self,
		PluginDir:  t.TempDir(),
		RunsDir:    t.TempDir(),
		Log:        zerolog.New(io.Discard),
	}
	for _, c := range change {
		c(&o)
	}
	if err := os.Chmod(o.PluginDir, 0o755); err != nil { // without a umask it is open to all, which is refused
		t.Fatal(err)
	}
	h, err := host.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var points = zoo.Dataset{Name: "ring8", Kind: zoo.Points, Shape: []int{2}, Count: 100, TrainX: "/data/ring8.npy", Fingerprint: "sha256:00"}

func TestTrainAndSample(t *testing.T) {
	h := newHost(t)
	var events []*zoo.Event
	run, err := h.Train(context.Background(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points, Config: zoo.Config{Seed: 7}}, func(ev *zoo.Event) {
		events = append(events, ev)
	})
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != zoo.Completed || run.Step != 20 {
		t.Errorf("the run is %s at step %d, want completed at 20", run.Status, run.Step)
	}
	if first, last := events[0], events[len(events)-1]; first.Type != zoo.Started || last.Type != zoo.Done {
		t.Errorf("events run from %s to %s", first.Type, last.Type)
	}
	checkpoint, err := run.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.Start(context.Background(), hosttest.Honest)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	samples, err := p.Sample(context.Background(), &zoo.SampleRequest{Checkpoint: checkpoint, N: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if samples.Shape.String() != "5×2" {
		t.Errorf("samples of shape %v", samples.Shape)
	}
	for _, v := range samples.Data {
		if math.IsNaN(float64(v)) || v < -1 || v > 1 {
			t.Errorf("sample value %v", v)
		}
	}
}

func TestUnknownVariant(t *testing.T) {
	_, err := newHost(t).Start(context.Background(), "honets")
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.NotFound || f.Mend != `did you mean "honest"? `+"`zoo list` shows all variants" {
		t.Errorf("got %v", err)
	}
}
