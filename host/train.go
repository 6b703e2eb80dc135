package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"time"

	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// maxRestarts is how often a plugin that dies is started again without having
// written a newer checkpoint in between, and maxBarren how often when it has not
// even taken a step: what kills it then is most likely what it was asked for.
const (
	maxRestarts = 3
	maxBarren   = 1
)

// TrainOptions says what to train.
type TrainOptions struct {
	Variant string // of a new run; a resumed one keeps its own
	Dataset zoo.Dataset
	Config  zoo.Config
	Stop    <-chan struct{} // closed to finish the step, save and end; may be nil
	Profile bool            // have the plugin time its ops, and report before it is done

	// Resume goes on in the folder of an earlier run, from Checkpoint or else
	// its newest one. Checkpoints of later steps are set aside, with a Warning
	// that says where: a run has one future. A zero Dataset or Config is taken
	// from the run, the data once Options.CheckData has found it unchanged;
	// whether a different one fits the checkpoint is for the plugin to say.
	Resume     *Run
	Checkpoint string
}

// Train trains a variant in a run folder of its own and returns the run. Events
// go to sink, which may be nil, and to events.jsonl; samples are drawn into
// samples/. A plugin that dies is started again from its last checkpoint, at
// most three times without progress, once if it took no step, and not at all if
// it had no memory for one; each time a Warning says so.
//
// When ctx ends the plugin is ended at once and the error is of kind Canceled;
// what was checkpointed is kept. A training that diverged is an error of kind
// Diverged. The run is returned with the error when it had started: a new run
// that never did leaves no folder, and a resume that never did leaves the run's
// record as it was.
func (h *Host) Train(ctx context.Context, o TrainOptions, sink func(*zoo.Event)) (*Run, error) {
	o, err := h.withRecorded(o)
	if err != nil {
		return nil, err
	}
	v, err := h.variantToTrain(o)
	if err != nil {
		return nil, err
	}
	checkpoint, err := startingPoint(o)
	if err != nil {
		return nil, err
	}
	// A plugin that does not start leaves no folder.
	proc, err := process.Start(ctx, h.spec(v))
	if err != nil {
		return nil, err
	}
	defer func() { proc.Close() }()
	run, unlock, err := h.openRun(o, h.versions(proc.Description()))
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := openStory(run, sink, h.o.Draw)
	if err != nil {
		return nil, discard(run, o, err)
	}
	defer s.close()

	t := &training{host: h, variant: v, options: o, run: run, story: s, checkpoint: checkpoint}
	aside, err := t.setAside()
	if err != nil {
		return nil, err
	}
	proc, err = t.supervise(ctx, proc)
	if ctx.Err() != nil {
		// A step may be long, and who is canceled may have little time left
		// to write the record: the plugin is not asked first.
		proc.Kill()
	} else {
		proc.Close()
	}
	run.SweepUnfinished()
	if !s.started && err != nil {
		if failed := aside.Restore(); failed != nil {
			h.o.Log.Error().Err(failed).Str("run", run.ID).Msg("later checkpoints are not back in their place")
		}
		return nil, discard(run, o, err)
	}
	err = t.conclude(err)
	h.plot(run)
	return run, err
}

func (h *Host) variantToTrain(o TrainOptions) (*Variant, error) {
	if o.Resume != nil {
		return h.VariantOf(o.Resume)
	}
	return h.Variant(o.Variant)
}

// withRecorded fills in what a resume takes from its run.
func (h *Host) withRecorded(o TrainOptions) (TrainOptions, error) {
	if o.Resume == nil {
		return o, nil
	}
	o.Variant = o.Resume.Variant
	if reflect.ValueOf(o.Config).IsZero() {
		o.Config = o.Resume.Config
	}
	if !reflect.ValueOf(o.Dataset).IsZero() {
		return o, nil
	}
	o.Dataset = o.Resume.Dataset
	if h.o.CheckData == nil {
		return o, nil
	}
	return o, h.o.CheckData(o.Dataset)
}

// plot draws the run's curves. Like a picture of samples, they are worth a
// warning and not the training; the events are told already, so it goes to the log.
func (h *Host) plot(run *Run) {
	if h.o.Plot == nil {
		return
	}
	if err := h.o.Plot(run); err != nil {
		h.o.Log.Warn().Err(err).Str("run", run.ID).Msg("cannot draw the run's curves")
	}
}

// startingPoint is the checkpoint to resume from, "" for a new run.
func startingPoint(o TrainOptions) (string, error) {
	if o.Resume == nil {
		return "", nil
	}
	if o.Checkpoint == "" {
		return o.Resume.Checkpoint()
	}
	return runs.FindCheckpoint(o.Checkpoint)
}

// openRun makes the folder of a new run or takes up that of an earlier one, locks
// it, and puts down what is asked of it.
func (h *Host) openRun(o TrainOptions, versions map[string]string) (*Run, func(), error) {
	run := o.Resume
	if run == nil {
		var err error
		if run, err = h.runs.Create(o.Variant, o.Dataset.Name, time.Now()); err != nil {
			return nil, nil, err
		}
	} else {
		again := *run // the caller's stays as it is
		run = &again
	}
	unlock, err := run.Lock()
	if err != nil {
		return nil, nil, discard(run, o, err)
	}
	run.Status, run.Failure = runs.Running, ""
	run.Dataset, run.Config, run.Versions = o.Dataset, o.Config, versions
	// A resume may yet be refused: its record waits for the Started event.
	if o.Resume == nil {
		if err := run.Save(); err != nil {
			unlock()
			return nil, nil, discard(run, o, err)
		}
	}
	return run, unlock, nil
}

// discard removes the folder of a new run that came to nothing.
func discard(run *Run, o TrainOptions, err error) error {
	if o.Resume == nil {
		os.RemoveAll(run.Dir)
	}
	return err
}

func (h *Host) versions(d *zoo.Description) map[string]string {
	v := map[string]string{"plugin": d.Version, "contract": fmt.Sprint(zoo.ProtocolVersion), "system": runtime.GOOS + "/" + runtime.GOARCH}
	for k, version := range h.o.Versions {
		v[k] = version
	}
	return v
}

// training is one call of Train.
type training struct {
	host       *Host
	variant    *Variant
	options    TrainOptions
	run        *Run
	story      *story
	checkpoint string // to go on from; "" from scratch

	reached int64 // step of the newest checkpoint
	deaths  int   // of the plugin since that
	barren  int   // the last of them that came before a step
}

// setAside moves the checkpoints away that are of later steps than the one to go
// on from: the newest by its step would be taken for the run's state ever after.
func (t *training) setAside() (*runs.Aside, error) {
	step, ok := runs.CheckpointStep(t.checkpoint)
	if !ok {
		return &runs.Aside{}, nil
	}
	aside, err := t.run.SetAside(step)
	if err == nil && aside.Count > 0 {
		t.story.notice = fmt.Sprintf("going on from step %d: %d of the run's checkpoints are later and were set aside in %s", step, aside.Count, aside.Dir)
	}
	return aside, err
}

// supervise trains until the plugin is done, replacing it while it dies. It
// returns the process that is to be closed.
func (t *training) supervise(ctx context.Context, proc *Process) (*Process, error) {
	_, t.reached = t.run.LastCheckpoint()
	for {
		t.story.stepped = false
		err := proc.Train(ctx, &zoo.TrainRequest{
			RunDir:  t.run.Dir,
			Dataset: t.options.Dataset,
			Config:  t.options.Config,
			Resume:  t.checkpoint,
			Stop:    t.options.Stop,
			Profile: t.options.Profile,
		}, t.story.add)
		var died *process.DiedError
		if !errors.As(err, &died) {
			return proc, err
		}
		if t.story.reason != "" {
			return proc, nil // it was done, and all is on disk
		}
		proc.Close()
		if err := t.afterDeath(died); err != nil {
			return proc, err
		}
		next, err := process.Start(ctx, t.host.spec(t.variant))
		if err != nil {
			return proc, err
		}
		proc = next
	}
}

// afterDeath makes the run ready for another process, which goes on from the newest
// checkpoint, and tells so; its error says that there will be none.
func (t *training) afterDeath(died *process.DiedError) error {
	t.run.SweepUnfinished()
	path, step := t.run.LastCheckpoint()
	if step > t.reached {
		t.reached, t.deaths = step, 0
	}
	t.deaths++
	t.barren++
	if t.story.stepped {
		t.barren = 0
	}
	if died.OutOfMemory() && t.barren > 0 {
		return fault.Wrap(fault.Usage, died, fmt.Sprintf("plugin %s has no memory for what it was asked", t.variant.Name), t.keptDir(),
			"ask for less: a smaller --batch, --size, --arch or --set width; or end other programs")
	}
	if t.deaths > maxRestarts || t.barren > maxBarren {
		return t.giveUp(died)
	}
	from := "from the start"
	if path != "" {
		t.checkpoint = path
	}
	if t.checkpoint != "" {
		from = "from " + filepath.Base(t.checkpoint)
	}
	return t.story.warn(fmt.Sprintf("the plugin died (%v): going on %s", died, from))
}

// giveUp is the error for a plugin that is not started again.
func (t *training) giveUp(died *process.DiedError) error {
	mend := "run it again with --log-level debug to see all that it printed, or report it to the plugin's author"
	if died.OutOfMemory() {
		mend = "ask for less, say a smaller --batch, or end other programs"
	}
	return fault.Wrap(fault.Plugin, died, fmt.Sprintf("plugin %s died %d times without getting further", t.variant.Name, t.deaths), t.keptDir(), mend)
}

// keptDir is the run's folder, or "" when it is about to be removed.
func (t *training) keptDir() string {
	if !t.story.started && t.options.Resume == nil {
		return ""
	}
	return t.run.Dir
}

// conclude writes how the run ended and returns the error for it.
func (t *training) conclude(err error) error {
	reason := t.story.reason
	switch {
	case err == nil && reason == "":
		err = fault.New(fault.Plugin, fmt.Sprintf("plugin %s ended its training without saying why", t.variant.Name), t.run.Dir, "report it to the plugin's author")
	case err == nil && reason == zoo.Diverged:
		err = fault.New(fault.Diverged, orElse(t.story.message, "the training diverged"), t.run.Dir, "")
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		t.run.Status = reason
	case kind == fault.Canceled:
		t.run.Status = runs.Interrupted
	case kind == fault.Diverged:
		t.run.Status, t.run.Failure = runs.Diverged, err.Error()
	default:
		t.run.Status, t.run.Failure = runs.Failed, err.Error()
	}
	if saveErr := t.run.Save(); err == nil {
		return saveErr
	}
	return err
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
