package zootest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// refusals hands the plugin a user's mistakes. Each must come back as a
// zoo.Error whose kind gives the right exit code, and leave nothing behind. A
// plugin that is asked beforehand may keep silent, but not say anything else.
func (s *suite) refusals(t *testing.T) {
	mistakes := map[string]func(*zoo.Config){
		"negative steps":    func(c *zoo.Config) { c.Steps = -1 },
		"negative batch":    func(c *zoo.Config) { c.Batch = -1 },
		"unknown network":   func(c *zoo.Config) { c.Arch = "no-such-network" },
		"unknown parameter": func(c *zoo.Config) { c.Params = map[string]string{"no-such-parameter": "1"} },
	}
	good := s.request(t)
	if err := s.p.Check(t.Context(), &good.Dataset, &good.Config); err != nil {
		t.Errorf("asked beforehand, it refuses what it has trained: %v", err)
	}
	for name, spoil := range mistakes {
		t.Run(name, func(t *testing.T) {
			req := s.request(t)
			spoil(&req.Config)
			if err := s.p.Check(t.Context(), &req.Dataset, &req.Config); err != nil {
				wantKind(t, err, fault.Usage)
			}
			wantKind(t, s.p.Train(t.Context(), req, func(*zoo.Event) error { return nil }), fault.Usage)
			if left, _ := filepath.Glob(filepath.Join(req.RunDir, "checkpoints", "*")); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
	t.Run("latents of another width", func(t *testing.T) {
		req := s.sampleRequest(7)
		req.Latents = tensor.New(sampleCount, 9999)
		_, err := s.p.Sample(t.Context(), req)
		wantKind(t, err, fault.Usage)
	})
	whole := bytesOf(t, s.checkpoint)
	for name, content := range map[string][]byte{
		"empty checkpoint":   {},
		"cut checkpoint":     whole[:len(whole)-3],
		"foreign checkpoint": []byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"),
		"absurd checkpoint":  []byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"),
		"missing checkpoint": nil,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "step-00000001.safetensors")
			if content != nil {
				if err := os.WriteFile(path, content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			req := s.sampleRequest(7)
			req.Checkpoint = path
			_, err := s.p.Sample(t.Context(), req)
			wantKind(t, err, fault.Checkpoint)
			_, err = s.p.Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: path, Dataset: s.data})
			wantKind(t, err, fault.Checkpoint)
			wantKind(t, s.p.Export(t.Context(), &zoo.ExportRequest{Checkpoint: path}, io.Discard), fault.Checkpoint)
			resume := s.request(t)
			resume.Resume = path
			wantKind(t, s.p.Train(t.Context(), resume, func(*zoo.Event) error { return nil }), fault.Checkpoint)
		})
	}
}

// wantKind checks an error's kind and that it is a sentence for a user.
func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	var f *zoo.Error
	if !errors.As(err, &f) {
		t.Errorf("got %v, want a zoo.Error", err)
		return
	}
	if f.Kind != kind {
		t.Errorf("%q is of kind %d, want %d", f, f.Kind, kind)
	}
	if f.What == "" || strings.Contains(f.Error(), "goroutine ") || strings.Contains(f.Error(), "runtime error") {
		t.Errorf("%q is no sentence for a user", f)
	}
}
