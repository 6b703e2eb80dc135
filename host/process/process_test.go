//go:build unix

package process_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestMain(m *testing.M) {
	hosttest.ServeIfAsked()
	goleak.VerifyTestMain(m)
}

// spec starts a double.
func spec(t *testing.T, name string) process.Spec {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return process.Spec{Name: name, Path: self, Args: []string{"__serve", name}, MTLS: true, Log: zerolog.New(io.Discard)}
}

func start(t *testing.T, s process.Spec) *process.Process {
	t.Helper()
	p, err := process.Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

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

func TestStartFailures(t *testing.T) {
	script := filepath.Join(t.TempDir(), "not-a-program")
	if err := os.WriteFile(script, []byte("\x7fELF nonsense"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*process.Spec)
		parts  []string
	}{
		{"hangs", func(s *process.Spec) { s.StartTimeout = 300 * time.Millisecond }, []string{"was not ready within 300ms"}},
		{"exits", nil, []string{"ended before it was ready (exit status 3)", "cannot load libmagic.so"}},
		{"rubbish", nil, []string{"something else than its handshake", "Welcome to my", "nothing to stdout"}},
		{"future", nil, []string{`version "99" of the contract`, "this zoo speaks version 1", "update zoo"}},
		{"netrpc", nil, []string{`speaks "netrpc", only gRPC`}},
		{"unreachable", func(s *process.Spec) { s.MTLS = false }, []string{"cannot be reached where it says that it listens"}},
		{"other-name", nil, []string{`plugin other-name calls itself "wgangp"`}},
		{"no-describe", nil, []string{"the plugin panicked: no description"}},
		{"plain", nil, []string{"mutual TLS"}},
		{"missing", func(s *process.Spec) { s.Path = "/nowhere/zoo-plugin-missing" }, []string{"cannot start plugin missing", "no such file"}},
		{"script", func(s *process.Spec) { s.Path = script }, []string{"cannot start plugin script", "exec format error"}},
		{"honest", func(s *process.Spec) { s.Hash = "sha256:00" }, []string{"not the file that was registered"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := spec(t, c.name)
			if c.change != nil {
				c.change(&s)
			}
			_, err := process.Start(context.Background(), s)
			wantFault(t, err, fault.Plugin, c.parts...)
			if strings.ContainsRune(err.Error(), 0x1b) {
				t.Errorf("%q would drive the terminal", err)
			}
		})
	}
}

func TestStartCanceled(t *testing.T) {
	// Zero comes before there is a process to kill.
	for _, after := range []time.Duration{0, 100 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), after)
		defer cancel()
		begin := time.Now()
		_, err := process.Start(ctx, spec(t, "hangs"))
		wantFault(t, err, fault.Canceled)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	}
}

// A process is used up when it dies; the next one is new.
func TestStartAgain(t *testing.T) {
	for range 2 {
		p := start(t, spec(t, hosttest.Honest))
		syscall.Kill(p.PID(), syscall.SIGKILL)
		<-p.Ended()
		_, err := p.Describe(context.Background())
		wantFault(t, err, fault.Plugin, "plugin honest died while describing itself: signal: killed")
	}
}

func TestWithoutMTLS(t *testing.T) {
	s := spec(t, "plain")
	s.MTLS = false
	if d, err := start(t, s).Describe(context.Background()); err != nil || d.Name != "plain" {
		t.Errorf("got %v, %v", d, err)
	}
}

// A plugin from before it could be asked refuses nothing beforehand.
func TestCheck(t *testing.T) {
	points := &zoo.Dataset{Kind: zoo.Points, Shape: []int{2}}
	slow, odd := &zoo.Config{Params: map[string]string{"delay": "1ms"}}, &zoo.Config{Arch: "odd"}
	honest := start(t, spec(t, hosttest.Honest))
	if err := honest.Check(t.Context(), points, slow); err != nil {
		t.Error(err)
	}
	wantFault(t, honest.Check(t.Context(), points, odd), fault.Usage, `unknown network "odd"`)
	if err := start(t, spec(t, "no-check")).Check(t.Context(), points, odd); err != nil {
		t.Error(err)
	}
	wantFault(t, honest.Check(t.Context(), &zoo.Dataset{TrainX: "/\xff"}, slow), fault.Usage, "valid UTF-8")
}

func TestCallsThatFail(t *testing.T) {
	checkpoint := &zoo.EvaluateRequest{Checkpoint: "/x"}
	t.Run("panics", func(t *testing.T) {
		p := start(t, spec(t, "panics"))
		_, err := p.Evaluate(t.Context(), checkpoint)
		wantFault(t, err, fault.Plugin, "the plugin panicked: cannot evaluate")
		_, err = p.Sample(t.Context(), &zoo.SampleRequest{})
		wantFault(t, err, fault.Plugin, "nil pointer dereference")
		wantFault(t, p.Export(t.Context(), &zoo.ExportRequest{}, io.Discard), fault.Plugin, "cannot export")
		wantFault(t, p.Train(t.Context(), &zoo.TrainRequest{}, nil), fault.Plugin, "cannot train")
		if _, err := p.Describe(t.Context()); err != nil {
			t.Errorf("after the panics: %v", err)
		}
	})
	t.Run("always-fails", func(t *testing.T) {
		p := start(t, spec(t, "always-fails"))
		_, err := p.Evaluate(t.Context(), checkpoint)
		_, err2 := p.Sample(t.Context(), &zoo.SampleRequest{})
		err3 := p.Train(t.Context(), &zoo.TrainRequest{}, nil)
		err4 := p.Export(t.Context(), &zoo.ExportRequest{}, io.Discard)
		for _, err := range []error{err, err2, err3, err4} {
			var f *fault.Error
			if !errors.As(err, &f) || f.Error() != hosttest.Failure.Error() || f.Kind != hosttest.Failure.Kind || f.Where != hosttest.Failure.Where {
				t.Errorf("got %v, want %v", err, hosttest.Failure)
			}
		}
	})
	t.Run("oversized", func(t *testing.T) {
		p := start(t, spec(t, "oversized"))
		_, err := p.Evaluate(t.Context(), checkpoint)
		wantFault(t, err, fault.Plugin, "over the limit of 16 MiB")
		err = p.Train(t.Context(), &zoo.TrainRequest{}, func(*zoo.Event) error { return nil })
		wantFault(t, err, fault.Plugin, "over the limit of 16 MiB")
	})
}

// Ten thousand samples are 31 MB and their latents 160 kB: many chunks each way.
func TestLargeTensors(t *testing.T) {
	p := start(t, spec(t, hosttest.Honest))
	checkpoint := train(t, p, []int{1, 28, 28})
	const n = 10_000
	latents, err := p.Sample(t.Context(), &zoo.SampleRequest{Checkpoint: checkpoint, N: 70 * n, Seed: 3, WantLatents: true})
	if err != nil {
		t.Fatal(err)
	}
	if latents.Shape.String() != "700000×4" {
		t.Fatalf("latents of shape %v", latents.Shape)
	}
	latents.Shape[0], latents.Data = n, latents.Data[:4*n]
	fromLatents, err := p.Sample(t.Context(), &zoo.SampleRequest{Checkpoint: checkpoint, Latents: latents})
	if err != nil {
		t.Fatal(err)
	}
	fromSeed, err := p.Sample(t.Context(), &zoo.SampleRequest{Checkpoint: checkpoint, N: n, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if fromSeed.Shape.String() != "10000×1×28×28" || !fromSeed.Shape.Equal(fromLatents.Shape) {
		t.Fatalf("shapes %v and %v", fromSeed.Shape, fromLatents.Shape)
	}
	for i, v := range fromSeed.Data {
		if v != fromLatents.Data[i] {
			t.Fatalf("value %d differs", i)
		}
	}
}

// train trains a little and returns the last checkpoint.
func train(t *testing.T, p *process.Process, shape []int) (checkpoint string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "checkpoints"), 0o755); err != nil {
		t.Fatal(err)
	}
	req := &zoo.TrainRequest{RunDir: dir, Dataset: zoo.Dataset{Kind: zoo.Images, Shape: shape}}
	err := p.Train(t.Context(), req, func(ev *zoo.Event) error {
		checkpoint = ev.Checkpoint
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestOddLog(t *testing.T) {
	var log syncBuffer
	s := spec(t, "odd-log")
	s.Log = zerolog.New(&log).Level(zerolog.DebugLevel)
	p := start(t, s)
	if _, err := p.Describe(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Close()
	got := log.String()
	for _, want := range []string{
		`{"level":"info","plugin":"odd-log","answer":42,"message":"structured"}`,
		`{"level":"error","plugin":"odd-log","message":"not yours to end"}`,
		`"{\"@message\":3}"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the log lacks %s in\n%.2000s", want, got)
		}
	}
	if strings.ContainsAny(got, "\x1b\x07") {
		t.Error("the log has control characters")
	}
}

// go-plugin's own Kill would wait for ever for a stopped process.
func TestCloseFrozen(t *testing.T) {
	p := start(t, spec(t, "freezes"))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := p.Evaluate(ctx, &zoo.EvaluateRequest{})
	wantFault(t, err, fault.Canceled)
	begin := time.Now()
	p.Close()
	if took := time.Since(begin); took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	if syscall.Kill(p.PID(), 0) == nil {
		t.Error("the process is still there")
	}
}

func TestCloseEndsGrandchildren(t *testing.T) {
	var log syncBuffer
	s := spec(t, "parent")
	s.Log = zerolog.New(&log)
	p := start(t, s)
	begin := time.Now()
	p.Close()
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("a pipe held open by a grandchild delayed the end by %v", took)
	}
	var line struct{ Child int }
	if err := json.Unmarshal([]byte(log.String()), &line); err != nil || line.Child == 0 {
		t.Fatalf("no child in the log %q: %v", log.String(), err)
	}
	hosttest.WaitGone(t, line.Child)
}

func TestCloseLeavesNoSocketFolder(t *testing.T) {
	base, err := os.MkdirTemp("/tmp", "sock") // t.TempDir's is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	t.Setenv("XDG_RUNTIME_DIR", base)
	stale := filepath.Join(base, "ganzoo-2147483646-1")
	if err := os.Mkdir(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	p := start(t, spec(t, hosttest.Honest))
	entries, err := os.ReadDir(base)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 1 {
		t.Errorf("%d folders: a killed host's was not swept", len(entries))
	}
	for _, e := range entries {
		if info, _ := e.Info(); info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
	p.Close()
	if entries, _ := os.ReadDir(base); len(entries) > 0 {
		t.Errorf("%s is left", entries[0].Name())
	}
}

// The file is swapped between hashing and executing: Start must notice.
func TestChangedFile(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "zoo-plugin-honest")
	if err := os.Symlink(self, path); err != nil {
		t.Skip(err)
	}
	s := spec(t, hosttest.Honest)
	s.Path, s.Args = path, nil
	if s.Hash, err = process.Hash(path); err != nil {
		t.Fatal(err)
	}
	start(t, s).Close()
	os.Remove(path)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = process.Start(context.Background(), s)
	wantFault(t, err, fault.Plugin, "not the file that was registered", "zoo plugin add "+path)
}

// A plugin must not see the host's secrets, nor what the user types.
func TestSurroundings(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hush")
	t.Setenv("GANZOO_CPU", "generic")
	p := start(t, spec(t, hosttest.Honest))
	proc := filepath.Join("/proc", strconv.Itoa(p.PID()))
	env, err := os.ReadFile(filepath.Join(proc, "environ"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(env, []byte("hush")) {
		t.Error("the plugin sees a secret of the environment")
	}
	if !bytes.Contains(env, []byte("GANZOO_CPU=generic")) {
		t.Error("the plugin lacks a setting of ours")
	}
	if in, err := os.Readlink(filepath.Join(proc, "fd", "0")); err != nil || in != os.DevNull {
		t.Errorf("its stdin is %s, %v", in, err)
	}
}
