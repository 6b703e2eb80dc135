package host

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"time"

	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/zoo"
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
