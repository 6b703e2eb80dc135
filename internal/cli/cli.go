// Package cli is the zoo command: one file a verb, each with its options, a
// constructor that reads flags into them, and the function that runs.
//
// It says what others compute: results to stdout, logs and progress to stderr,
// and for everything that goes wrong one sentence and one exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/plugins"
)

// Main runs the command with the process's arguments and streams and returns
// its exit code.
func Main() int {
	stops, ctx := newInterrupts(context.Background(), func(code int) {
		fmt.Fprintln(os.Stderr, "zoo: stopped") // what was under way has no word left
		os.Exit(code)
	})
	// A plugin is ended by its host, not by the Ctrl-C meant for that.
	if len(os.Args) < 2 || os.Args[1] != host.ServeVerb {
		signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
		if !signal.Ignored(syscall.SIGHUP) { // as under nohup
			signals = append(signals, syscall.SIGHUP)
		}
		defer stops.Watch(signals...)()
	}
	f := &Factory{
		IO:       iostreams.System(),
		Version:  buildVersion(),
		Builtins: plugins.Descriptions,
		Serve:    plugins.Serve,
		Now:      time.Now,
		Getenv:   os.Getenv,
		Orderly:  stops.Orderly,
	}
	return run(ctx, f, os.Args[1:])
}

// run is Main without the process.
func run(ctx context.Context, f *Factory, args []string) int {
	err := guard(f, func() error {
		root := newRoot(f)
		root.SetContext(ctx)
		return execute(root, args)
	})
	var told *fault.Error
	if failed := f.IO.OutError(); failed != nil && !errors.As(err, &told) {
		var path *os.PathError
		if errors.As(failed, &path) {
			failed = path.Err // its path is what stdout is called
		}
		err = fault.Wrap(fault.IO, failed, "cannot write to stdout", "", "free some space, or send it elsewhere")
	}
	if err = asFault(err); err != nil {
		printFailure(f.IO, err)
	}
	return exitCodeOf(err)
}
