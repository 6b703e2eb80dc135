package graph

import (
	"fmt"
	"runtime"
	"strings"
)

// BuildError reports a misuse found while building a graph: which op, on which
// shapes, and the line of the caller that asked for it.
type BuildError struct {
	Graph  string // name of the graph
	Op     string // the op that could not be made: "Conv"
	Shapes string // of its operands: "64×1×28×28, 64×3×4×4"
	Line   string // file:line outside this package that called
	Reason string
}

func (e *BuildError) Error() string {
	where := e.Op
	if e.Shapes != "" {
		where += "(" + e.Shapes + ")"
	}
	return fmt.Sprintf("graph %q: %s at %s: %s", e.Graph, where, e.Line, e.Reason)
}

// SizeError reports a graph that needs more memory than Options.MaxBytes.
type SizeError struct {
	Graph       string
	Need, Limit int // bytes
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("graph %q: its values take %d bytes; at most %d are allowed", e.Graph, e.Need, e.Limit)
}

// Catch runs build and returns the *BuildError it panics with, if any. Other
// panics pass through.
func Catch(build func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			be, ok := r.(*BuildError)
			if !ok {
				panic(r)
			}
			err = be
		}
	}()
	build()
	return nil
}

// fail panics with a BuildError for an op on the given operands.
func (g *Graph) fail(op Op, in []*Node, format string, args ...any) {
	shapes := make([]string, len(in))
	for i, n := range in {
		shapes[i] = n.shape.String()
	}
	panic(&BuildError{
		Graph: g.name, Op: op.String(), Shapes: strings.Join(shapes, ", "),
		Line: callSite(callers()), Reason: fmt.Sprintf(format, args...),
	})
}

// maxFrames bounds the stack kept for a node: deep enough to leave this package
// through the builders that call other builders.
const maxFrames = 8

type stack [maxFrames]uintptr

func callers() (s stack) {
	runtime.Callers(3, s[:])
	return s
}

// callSite names the innermost frame outside this package (its tests count as
// outside).
func callSite(s stack) string {
	frames := runtime.CallersFrames(s[:])
	for {
		f, more := frames.Next()
		inside := strings.HasPrefix(f.Function, packagePath+".") && !strings.HasSuffix(f.File, "_test.go")
		if f.File != "" && !inside {
			return fmt.Sprintf("%s:%d", shortFile(f.File), f.Line)
		}
		if !more {
			return "unknown line"
		}
	}
}

const packagePath = "github.com/ganzoo/ganzoo/graph"

// shortFile keeps the folder and the file: wgan/wgan.go.
func shortFile(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
