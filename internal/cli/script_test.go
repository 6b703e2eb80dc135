package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// The sessions' zoo is this test binary under another name, plugins and all.
	testscript.Main(m, map[string]func(){"zoo": func() { os.Exit(Main()) }})
}

// TestSessions runs testdata/script/*.txtar: whole sessions at a shell, with
// real plugin processes and short trainings on points.
func TestSessions(t *testing.T) {
	// The tests may have been started to outlive their terminal. What they start has
	// SIGHUP as a shell would give it, if here it is caught and not ignored.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hangups) }) // after the sessions, which run side by side
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GANZOO_CACHE", filepath.Join(env.WorkDir, "cache"))
			env.Setenv("GANZOO_PLUGINS", filepath.Join(env.WorkDir, "plugins"))
			models, err := filepath.Abs(filepath.Join("..", "..", "testdata", "onnx"))
			if err != nil {
				return err
			}
			env.Setenv("MODELS", models)
			return os.MkdirAll(env.Getenv("TMPDIR"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"await": await,
		},
	})
}

// exits CODE COMMAND ARGS... runs a command that must end with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// await PATTERN TEXT waits until a file that matches the pattern holds the text.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await PATTERN TEXT")
	}
	const patience = 5 * time.Minute // the machine may be busy with something else
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		files, err := filepath.Glob(ts.MkAbs(args[0]))
		ts.Check(err)
		for _, file := range files {
			if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(args[1])) {
				return
			}
		}
	}
	ts.Fatalf("no %s with %q after %v", args[0], args[1], patience)
}
