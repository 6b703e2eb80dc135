package hosttest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Counter is an honest variant without a network: a step mixes the step's
// number into a few weights, so that everything a contract test looks at
// (determinism, resume, latents) is there and costs nothing.
type Counter struct {
	Name string

	cheat cheat
}

const (
	latent  = 4
	weights = 8
)

// Describe tells what a Counter is. Its parameter "delay" slows a step down.
func (c Counter) Describe(context.Context) (*zoo.Description, error) {
	return &zoo.Description{
		Name: c.Name, Title: "A double that counts", Year: 2026, Paper: "none", Objective: "none",
		Version: "1.0.0", Kinds: []zoo.Kind{zoo.Images, zoo.Points}, Labels: zoo.LabelsUnused, Archs: []string{"count"},
		Params: []zoo.Param{{Name: "delay", Default: "0s", Doc: "of each step"}},
	}, nil
}

// Check refuses what Train would.
func (c Counter) Check(_ context.Context, _ *zoo.Dataset, cfg *zoo.Config) error {
	_, _, err := resolve(*cfg)
	return err
}

// Train counts to Config.Steps.
func (c Counter) Train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	return c.train(ctx, req, emit, func(int64) {})
}

// train is Train with something to do after each step.
func (c Counter) train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error, after func(step int64)) error {
	cfg, delay, err := resolve(req.Config)
	if err != nil {
		return err
	}
	s := state{Seed: cfg.Seed, Shape: req.Dataset.Shape, Weights: make([]float32, weights)}
	if req.Resume != "" {
		if s, err = load(req.Resume); err != nil {
			return err
		}
		if c.cheat.forgets {
			clear(s.Weights)
		}
		if s.Seed != cfg.Seed {
			return fault.New(fault.Checkpoint, fmt.Sprintf("the checkpoint was trained with seed %d, not %d", s.Seed, cfg.Seed), req.Resume, "leave --seed out")
		}
	}
	if err := emit(&zoo.Event{Type: zoo.Started, Step: s.Step, Steps: cfg.Steps, Config: &cfg}); err != nil {
		return err
	}
	end := func(reason string) error {
		path, err := c.save(&s, req.RunDir)
		if err != nil {
			return err
		}
		if err := emit(&zoo.Event{Type: zoo.Checkpoint, Step: s.Step, Checkpoint: path}); err != nil {
			return err
		}
		return emit(&zoo.Event{Type: zoo.Done, Step: s.Step, Steps: cfg.Steps, Reason: reason, Checkpoint: path})
	}
	for s.Step < cfg.Steps {
		select {
		case <-ctx.Done():
			if c.cheat.litters {
				os.WriteFile(filepath.Join(req.RunDir, "checkpoints", ".step.tmp"), nil, 0o644)
			}
			return ctx.Err()
		case <-req.Stop:
			return end(zoo.Stopped)
		case <-time.After(delay):
		}
		s.advance()
		if c.cheat.jitter != nil {
			s.Weights[0] += c.cheat.jitter(cfg)
		}
		if err := emit(&zoo.Event{Type: zoo.Progress, Step: s.Step, Steps: cfg.Steps, Losses: map[string]float64{"d": float64(s.Weights[0]), "g": float64(s.Weights[1])}, ImagesPerSecond: 1}); err != nil {
			return err
		}
		if s.Step%cfg.SampleEvery == 0 {
			z := latents(cfg.Seed, 4)
			if err := emit(&zoo.Event{Type: zoo.Sampled, Step: s.Step, Samples: s.generate(z)}); err != nil {
				return err
			}
		}
		if s.Step%cfg.CheckpointEvery == 0 && s.Step < cfg.Steps {
			path, err := c.save(&s, req.RunDir)
			if err != nil {
				return err
			}
			if err := emit(&zoo.Event{Type: zoo.Checkpoint, Step: s.Step, Checkpoint: path}); err != nil {
				return err
			}
		}
		after(s.Step)
	}
	return end(zoo.Completed)
}

// save writes a checkpoint as the contract wants it, or as the cheat does.
func (c Counter) save(s *state, runDir string) (string, error) {
	path, err := s.save(runDir)
	if err == nil && c.cheat.pickles {
		err = os.WriteFile(path, []byte("pickled"), 0o644)
	}
	if err == nil && c.cheat.file != "" {
		proper := path
		path = filepath.Join(filepath.Dir(path), fmt.Sprintf(c.cheat.file, s.Step))
		err = os.Rename(proper, path)
	}
	return path, err
}

// resolve checks a configuration and fills its defaults in.
func resolve(cfg zoo.Config) (zoo.Config, time.Duration, error) {
	if cfg.Steps < 0 || cfg.Batch < 0 {
		return cfg, 0, fault.New(fault.Usage, "steps and batch must not be negative", "--steps, --batch", "")
	}
	cfg.Arch = cmp.Or(cfg.Arch, "count")
	cfg.Steps = cmp.Or(cfg.Steps, 20)
	cfg.CheckpointEvery = cmp.Or(cfg.CheckpointEvery, 5)
	cfg.SampleEvery = cmp.Or(cfg.SampleEvery, 10)
	if cfg.Arch != "count" {
		return cfg, 0, fault.New(fault.Usage, fmt.Sprintf("unknown network %q", cfg.Arch), "--arch", "it has one: count")
	}
	params := map[string]string{"delay": "0s"}
	maps.Copy(params, cfg.Params)
	cfg.Params = params
	delay := time.Duration(0)
	for k, v := range cfg.Params {
		if k != "delay" {
			return cfg, 0, fault.New(fault.Usage, fmt.Sprintf("unknown parameter %q", k), "--set "+k, "it has one: delay")
		}
		var err error
		if delay, err = time.ParseDuration(v); err != nil {
			return cfg, 0, fault.Wrap(fault.Usage, err, "delay is no duration", "--set delay", "for example --set delay=10ms")
		}
	}
	return cfg, delay, nil
}

// Sample generates from latents.
func (c Counter) Sample(_ context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error) {
	s, err := load(req.Checkpoint)
	if err != nil {
		return nil, err
	}
	z := req.Latents
	if z == nil {
		z = latents(req.Seed, req.N)
	}
	if len(z.Shape) != 2 || z.Shape[1] != latent {
		return nil, fault.New(fault.Usage, fmt.Sprintf("latents of shape %v, want N×%d", z.Shape, latent), "--latents", "")
	}
	if req.WantLatents {
		return z, nil
	}
	x := s.generate(z)
	if c.cheat.mixes {
		slices.Reverse(x.Data)
	}
	return x, nil
}

// Evaluate gives the step.
func (c Counter) Evaluate(_ context.Context, req *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	s, err := load(req.Checkpoint)
	if err != nil {
		return nil, err
	}
	return &zoo.Evaluation{Measures: []zoo.Measure{{Name: "steps counted", Value: float64(s.Step), Better: "higher"}}}, nil
}

// Export writes bytes that depend on the checkpoint alone, and are no model.
func (c Counter) Export(_ context.Context, req *zoo.ExportRequest, w io.Writer) error {
	s, err := load(req.Checkpoint)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%v", s.Weights)
	return err
}

// latents are N×latent values in −1…1 of a seed: element i depends on seed and
// i alone.
func latents(seed uint64, n int) *tensor.Tensor {
	z := tensor.New(n, latent)
	for i := range z.Data {
		z.Data[i] = float32(mix(seed, uint64(i)))
	}
	return z
}

// mix is SplitMix64's finisher as a number in −1…1.
func mix(a, b uint64) float64 {
	x := a*0x9e3779b97f4a7c15 + b + 1
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64(x^x>>31)/math.MaxUint64*2 - 1
}

// advance is one step.
func (s *state) advance() {
	s.Step++
	for i := range s.Weights {
		s.Weights[i] = s.Weights[i]/2 + float32(mix(s.Seed+uint64(s.Step), uint64(i)))
	}
}

// generate maps N×latent to N×Shape.
func (s *state) generate(z *tensor.Tensor) *tensor.Tensor {
	n := z.Shape[0]
	out := tensor.New(append([]int{n}, s.Shape...)...)
	size := tensor.Shape(s.Shape).Size()
	for i := range out.Data {
		sample, element := i/size, i%size
		v := float64(z.Data[sample*latent+element%latent]) * float64(s.Weights[element%weights])
		out.Data[i] = float32(math.Tanh(v))
	}
	return out
}

// first reports whether no process has asked it of that run folder before, and
// leaves a marker there.
func first(runDir string) bool {
	marker, err := os.OpenFile(filepath.Join(runDir, "died-once"), os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return false
	}
	marker.Close()
	return true
}
