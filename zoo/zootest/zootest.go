package zootest

import (
	"context"
	"os"
	"testing"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Options say which plugin to test, and how to keep it quick.
type Options struct {
	Name  string   // of the variant
	Path  string   // absolute path of the executable
	Args  []string // for it
	Plain bool     // the plugin does not speak mutual TLS

	// Dataset to learn; its zero value has the suite write a toy one of the
	// first kind that the plugin names.
	Dataset zoo.Dataset
	// Config is the base of every training. Batch is 8 when zero; Steps,
	// Threads, CheckpointEvery and SampleEvery are the suite's.
	Config zoo.Config
	// Steps of the reference training, even and at least 4; 0: 6. The longest
	// training of the suite has five times as many.
	Steps int64
	// Export checks a model against what the plugin's generator made of the
	// same latents; nil: the bytes are only compared with each other.
	Export func(t *testing.T, e Exported)
}

// Exported is what Options.Export compares.
type Exported struct {
	Model      []byte         // ONNX
	Latents    *tensor.Tensor // N×latent
	Codes      []zoo.Code     // of the last columns of the latents, each an input of its name
	Labels     []int64        // N, for conditional variants, else nil
	Samples    *tensor.Tensor // N×C×H×W or N×2, the plugin's own for those latents
	Checkpoint string
}

// Run runs the suite as subtests of t. The plugin is started several times.
func Run(t *testing.T, o Options) {
	if o.Steps == 0 {
		o.Steps = 6
	}
	if o.Config.Batch == 0 {
		o.Config.Batch = 8
	}
	s := &suite{o: o, dir: t.TempDir()}
	s.p = s.start(t)
	if !t.Run("describe", s.describe) {
		return
	}
	s.data = o.Dataset
	if s.data.Name == "" {
		s.data = Toy(t, t.TempDir(), s.p.Description().Kinds[0])
	}
	// The others compare with the reference training.
	if !t.Run("train", s.train) {
		return
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"same seed", s.sameSeed},
		{"another seed", s.anotherSeed},
		{"threads", s.threads},
		{"resume", s.resume},
		{"stop", s.stop},
		{"cancel", s.cancel},
		{"kill", s.kill},
		{"sample", s.sample},
		{"latents", s.latents},
		{"evaluate", s.evaluate},
		{"export", s.export},
		{"refusals", s.refusals},
	} {
		t.Run(c.name, c.run)
	}
}

// suite is what the subtests share.
type suite struct {
	o          Options
	p          *process.Process
	data       zoo.Dataset
	dir        string // run folder of the reference training
	checkpoint string // the last one of the reference training
	half       string // the one in its middle
	codes      []zoo.Code
}

// start starts a process of the plugin, which ends with the test.
func (s *suite) start(t *testing.T) *process.Process {
	t.Helper()
	p, err := process.Start(context.Background(), process.Spec{
		Name: s.o.Name, Path: s.o.Path, Args: s.o.Args, MTLS: !s.o.Plain,
		Log: zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel),
	})
	if err != nil {
		t.Fatalf("the plugin does not start: %v", err)
	}
	t.Cleanup(p.Close)
	return p
}

// bytesOf reads a file of the plugin.
func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
