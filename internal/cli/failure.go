package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
)

// printFailure tells the user what went wrong, where, and how to mend it: one
// sentence a line, never a stack trace.
func printFailure(io *iostreams.IO, err error) {
	p := io.ErrPalette()
	var f *fault.Error
	if !errors.As(err, &f) {
		fmt.Fprintf(io.Err, "%s %s\n", p.Red("zoo:"), text.Printable(err.Error()))
		return
	}
	what := f.What
	if f.Err != nil && !errors.Is(f.Err, context.Canceled) {
		what += ": " + f.Cause()
	}
	fmt.Fprintf(io.Err, "%s %s\n", p.Red("zoo:"), text.Line(what))
	if f.Where != "" {
		fmt.Fprintf(io.Err, "  %s %s\n", p.Faint("where:"), text.Line(f.Where))
	}
	if f.Mend != "" {
		fmt.Fprintf(io.Err, "  %s %s\n", p.Faint("mend: "), text.Line(f.Mend))
	}
}

// asFault makes a fault of the errors that are none: a context that ended is
// the user's Ctrl-C, the rest is a defect and keeps its text.
func asFault(err error) error {
	var f *fault.Error
	var call *os.SyscallError
	switch {
	case err == nil || errors.As(err, &f):
		return err
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Canceled, "stopped", "", "")
	case errors.As(err, &call) && call.Syscall == "getwd": // every relative path needs it
		return fault.Wrap(fault.IO, call.Err, "the working folder is gone", "", "change into one that is there")
	}
	return err
}

// guard runs f and turns a panic into one sentence, with the trace in a file
// for whoever mends it, or on Err when debugging.
func guard(f *Factory, run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = f.crash(p, debug.Stack())
		}
	}()
	return run()
}

func (f *Factory) crash(panicked any, trace []byte) error {
	what := fmt.Sprintf("zoo met a defect of its own: %v", panicked)
	if f.Debug {
		f.IO.Err.Write(trace)
		return fault.New(fault.Internal, what, "", "please report it with the trace above")
	}
	name := filepath.Join(os.TempDir(), time.Now().Format("zoo-crash-20060102-150405.log"))
	report := fmt.Sprintf("zoo %s\n%v\n\n%v\n\n%s", f.Version, os.Args, panicked, trace)
	if err := atomicfile.WriteBytes(name, []byte(report)); err != nil {
		return fault.New(fault.Internal, what, "", "run it again with --debug to see where")
	}
	return fault.New(fault.Internal, what, "", "please report it with "+name)
}

// usagef is a fault of kind Usage; mend may be empty.
func usagef(mend, format string, args ...any) error {
	return fault.New(fault.Usage, fmt.Sprintf(format, args...), "", mend)
}

// at says where a fault is that does not say so itself.
func at(err error, where string) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Where != "" {
		return err
	}
	located := *f
	located.Where = where
	return &located
}
