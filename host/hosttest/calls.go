package hosttest

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// The doubles in this file shake hands and misbehave in the calls.

// panicking panics in each call, Describe only when told to: without it there
// would be no other call.
type panicking struct {
	Counter
	describe bool
}

func (p panicking) Describe(ctx context.Context) (*zoo.Description, error) {
	if p.describe {
		panic("no description")
	}
	return p.Counter.Describe(ctx)
}

func (panicking) Train(context.Context, *zoo.TrainRequest, func(*zoo.Event) error) error {
	panic("cannot train")
}
func (panicking) Sample(context.Context, *zoo.SampleRequest) (*tensor.Tensor, error) {
	var t *tensor.Tensor
	return tensor.New(t.Shape[0]), nil
}
func (panicking) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	panic(fmt.Errorf("cannot evaluate"))
}
func (panicking) Export(context.Context, *zoo.ExportRequest, io.Writer) error {
	panic("cannot export")
}

// dying ends its process in the middle of a training, with the words that its
// function has for the step; "" is to live on.
type dying struct {
	Counter
	words func(req *zoo.TrainRequest, step int64) string
}

func (d dying) Train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	told := toldOf(req.RunDir)
	return d.train(ctx, req, emit, func(step int64) {
		if words := d.words(req, step); words != "" {
			told.await(zoo.Progress, step)
			die(words)
		}
	})
}

func die(words string) {
	// Not to os.Stderr: once it serves, that is a pipe of go-plugin's, whose
	// last lines are lost.
	log := zoo.Logger()
	log.Error().Msg(words)
	os.Exit(7)
}

// diesOnce dies at step 7 of a run, two steps after a checkpoint.
func diesOnce(req *zoo.TrainRequest, step int64) string {
	if step == 7 && first(req.RunDir) {
		return "out of luck"
	}
	return ""
}

// diesAfterEachCheckpoint gets five steps further each time.
func diesAfterEachCheckpoint(req *zoo.TrainRequest, step int64) string {
	if step%5 == 0 && step < req.Config.Steps {
		return "one checkpoint is enough"
	}
	return ""
}

// diesAlways never reaches its first checkpoint.
func diesAlways(_ *zoo.TrainRequest, step int64) string {
	if step == 3 {
		return "out of luck, always"
	}
	return ""
}

// stillborn dies before its training has started.
type stillborn struct {
	Counter
	words string
}

func (s stillborn) Train(context.Context, *zoo.TrainRequest, func(*zoo.Event) error) error {
	die(s.words)
	return nil
}

// diesAtFirst dies in its first step, having started.
type diesAtFirst struct{ Counter }

func (diesAtFirst) Train(_ context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	told := toldOf(req.RunDir)
	if err := emit(&zoo.Event{Type: zoo.Started, Config: &req.Config}); err != nil {
		return err
	}
	told.await(zoo.Started, 0)
	die("no first step")
	return nil
}

// deaf heeds neither the end of its context nor a Stop.
type deaf struct{ Counter }

func (d deaf) Train(_ context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	if err := emit(&zoo.Event{Type: zoo.Started, Config: &req.Config}); err != nil {
		return err
	}
	time.Sleep(forever)
	return nil
}

// freezing stops its whole process in Evaluate, as SIGSTOP does.
type freezing struct{ Counter }

func (freezing) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	freeze()
	time.Sleep(forever) // the signal may reach this thread last
	return nil, nil
}

// flooding sends Config.Steps progress events as fast as it can.
type flooding struct{ Counter }

func (flooding) Train(_ context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	if err := emit(&zoo.Event{Type: zoo.Started, Config: &req.Config}); err != nil {
		return err
	}
	for i := range req.Config.Steps {
		if err := emit(&zoo.Event{Type: zoo.Progress, Step: i}); err != nil {
			return err
		}
	}
	return emit(&zoo.Event{Type: zoo.Done, Step: req.Config.Steps, Reason: zoo.Completed})
}

// oversized answers with single messages over the limit.
type oversized struct{ Counter }

var tooMuch = strings.Repeat("x", zoo.MaxMessage+1)

func (oversized) Train(_ context.Context, _ *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	return emit(&zoo.Event{Type: zoo.Warning, Message: tooMuch})
}

func (oversized) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	return &zoo.Evaluation{Measures: []zoo.Measure{{Name: tooMuch}}}, nil
}

// silent ends its training without a Done event.
type silent struct{ Counter }

func (silent) Train(_ context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	return emit(&zoo.Event{Type: zoo.Started, Config: &req.Config})
}

// diverging reports that its losses exploded.
type diverging struct{ Counter }

func (diverging) Train(_ context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	if err := emit(&zoo.Event{Type: zoo.Started, Config: &req.Config}); err != nil {
		return err
	}
	return emit(&zoo.Event{Type: zoo.Done, Step: 4, Reason: zoo.Diverged, Message: "the critic's loss is not a number"})
}

// failing returns Failure from each call.
type failing struct{ Counter }

// Failure is what the double "always-fails" returns, to be found whole on the
// other side.
var Failure = fault.Wrap(fault.Data, fmt.Errorf("two of three"), "the data is one short", "train.npy", "bring the third")

func (failing) Train(context.Context, *zoo.TrainRequest, func(*zoo.Event) error) error {
	return Failure
}
func (failing) Sample(context.Context, *zoo.SampleRequest) (*tensor.Tensor, error) {
	return nil, fmt.Errorf("sampling: %w", Failure)
}
func (failing) Evaluate(context.Context, *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	return nil, Failure
}
func (failing) Export(context.Context, *zoo.ExportRequest, io.Writer) error { return Failure }
