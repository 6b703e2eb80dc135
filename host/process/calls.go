package process

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

var (
	_ zoo.Plugin  = (*Process)(nil)
	_ zoo.Checker = (*Process)(nil)
)

// exitGrace is how long an exit status is waited for once the connection broke.
const exitGrace = 3 * time.Second

// Describe asks the plugin what it is.
func (p *Process) Describe(ctx context.Context) (*zoo.Description, error) {
	d, err := p.plugin.Describe(ctx)
	return d, p.explain(ctx, "describing itself", err)
}

// Check asks the plugin whether it would train so; see zoo.Checker. One that
// cannot be asked refuses nothing.
func (p *Process) Check(ctx context.Context, d *zoo.Dataset, c *zoo.Config) error {
	return p.explain(ctx, "checking the settings", p.plugin.(zoo.Checker).Check(ctx, d, c))
}

// Train trains in the process; see zoo.Plugin.
func (p *Process) Train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	return p.explain(ctx, "training", p.plugin.Train(ctx, req, emit))
}

// Sample draws samples in the process; see zoo.Plugin.
func (p *Process) Sample(ctx context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error) {
	t, err := p.plugin.Sample(ctx, req)
	return t, p.explain(ctx, "sampling", err)
}

// Evaluate takes the variant's own measures in the process; see zoo.Plugin.
func (p *Process) Evaluate(ctx context.Context, req *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	e, err := p.plugin.Evaluate(ctx, req)
	return e, p.explain(ctx, "evaluating", err)
}

// Export writes the generator's ONNX model to w; see zoo.Plugin.
func (p *Process) Export(ctx context.Context, req *zoo.ExportRequest, w io.Writer) error {
	return p.explain(ctx, "exporting", p.plugin.Export(ctx, req, w))
}

// DiedError says that a plugin's process ended during a call. It is the cause
// of an error of kind Plugin.
type DiedError struct {
	Exit  string // "exit status 2", "signal: killed"
	Words error  // what it printed last; nil when it printed nothing
}

// Error gives the exit status and the last words.
func (e *DiedError) Error() string {
	if e.Words == nil {
		return e.Exit
	}
	return fmt.Sprintf("%s, %v", e.Exit, e.Words)
}

// OutOfMemory reports whether the process ended for want of memory, as far as
// its last words tell: those of Go's runtime, of C and Python programs.
func (e *DiedError) OutOfMemory() bool {
	if e.Words == nil {
		return false
	}
	words := strings.ToLower(e.Words.Error())
	return strings.Contains(words, "out of memory") || strings.Contains(words, "cannot allocate memory")
}

// explain turns what went wrong with the connection into a sentence. An error
// of the plugin itself or of the caller passes as it is.
func (p *Process) explain(ctx context.Context, doing string, err error) error {
	s, isStatus := status.FromError(err)
	if err == nil || !isStatus {
		return err
	}
	if ctx.Err() != nil {
		return fault.Wrap(fault.Canceled, context.Cause(ctx), fmt.Sprintf("%s was cancelled", doing), p.spec.Name, "")
	}
	switch s.Code() {
	case codes.ResourceExhausted:
		return fault.Wrap(fault.Plugin, err, fmt.Sprintf("plugin %s sent a message over the limit of %d MiB", p.spec.Name, zoo.MaxMessage>>20), "",
			"report it to the plugin's author: large answers must be streamed in chunks")
	case codes.Unimplemented:
		return fault.Wrap(fault.Plugin, err, fmt.Sprintf("plugin %s does not answer the call for %s", p.spec.Name, doing), "",
			"report it to the plugin's author")
	case codes.Unavailable, codes.Canceled, codes.Internal, codes.Unknown:
		// The usual signs of a broken connection: was it the plugin's end?
		if s.Code() == codes.Unavailable && p.ended(exitGrace) || p.ended(0) {
			return fault.Wrap(fault.Plugin, &DiedError{Exit: p.child.exit(), Words: p.child.out.lastWords()},
				fmt.Sprintf("plugin %s died while %s", p.spec.Name, doing), "", "run the command again with --log-level debug to see all that it printed, or report it to the plugin's author")
		}
	}
	return fault.Wrap(fault.Plugin, err, fmt.Sprintf("plugin %s failed while %s", p.spec.Name, doing), "", "report it to the plugin's author")
}
