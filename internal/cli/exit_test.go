package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestEveryKindHasItsExitCode(t *testing.T) {
	seen := map[int]bool{0: true}
	kinds := map[fault.Kind]bool{}
	for _, c := range exitCodes {
		if seen[c.Code] {
			t.Errorf("code %d twice", c.Code)
		}
		seen[c.Code], kinds[c.Kind] = true, true
	}
	for kind := fault.Internal; kind <= fault.Canceled; kind++ {
		if !kinds[kind] {
			t.Errorf("kind %d has no row", kind)
		}
	}
}

func TestExitCodeOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("plain"), 1},
		{fmt.Errorf("wrapped: %w", fault.New(fault.Data, "x", "", "")), 4},
		{asFault(fmt.Errorf("reading: %w", context.Canceled)), exitCanceled},
		{asFault(os.NewSyscallError("getwd", syscall.ENOENT)), 8},
		{fault.New(fault.Verify, "x", "", ""), 9},
		{fault.New(fault.Canceled, "x", "", ""), exitCanceled},
	} {
		if got := exitCodeOf(tt.err); got != tt.want {
			t.Errorf("%v: got %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestDocsAreCurrent(t *testing.T) {
	t.Setenv("ZOO_RUNS", "/elsewhere") // what a user has set must not get into the pages
	for name, want := range Docs() {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not current (%v): run `go generate ./internal/cli`", name, err)
		}
	}
}

func TestFailureHasThreeParts(t *testing.T) {
	s := newSession(t)
	printFailure(s.IO, fault.Wrap(fault.IO, &os.PathError{Op: "open", Path: "/ro/x", Err: os.ErrPermission}, "cannot write x", "/ro/x", "choose\nanother"))
	want := "zoo: cannot write x: permission denied\n  where: /ro/x\n  mend:  choose another\n"
	if s.err.String() != want {
		t.Errorf("got\n%s\nwant\n%s", s.err, want)
	}
}

func TestPanicIsOneSentence(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSession(t)
	s.Serve = func(string) error { panic("the roof") }
	if code := s.run("__serve", "x"); code != 1 {
		t.Errorf("code %d", code)
	}
	if text := s.err.String(); !strings.Contains(text, "defect of its own: the roof") || strings.Contains(text, "goroutine") {
		t.Errorf("stderr:\n%s", text)
	}
	logs, _ := filepath.Glob(filepath.Join(os.TempDir(), "zoo-crash-*.log"))
	if len(logs) != 1 {
		t.Fatalf("%d crash logs", len(logs))
	}
	if content, _ := os.ReadFile(logs[0]); !strings.Contains(string(content), "goroutine") {
		t.Errorf("no trace in the log:\n%s", content)
	}

	s = newSession(t)
	s.Serve = func(string) error { panic("the roof") }
	s.run("--debug", "__serve", "x")
	if !strings.Contains(s.err.String(), "goroutine") {
		t.Errorf("no trace with --debug:\n%s", s.err)
	}
}
