package host

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

// maxRestarts is how often a plugin that dies is started again without having
// written a newer checkpoint in between, and maxBarren how often when it has not
// even taken a step: what kills it then is most likely what it was asked for.
const (
	maxRestarts = 3
	maxBarren   = 1
)

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
		t.story.notice = fmt.Sprintf("going on from step %d: %s set aside in %s", step, text.Plural(int64(aside.Count), "later checkpoint was", "later checkpoints were"), aside.Dir)
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
	further := step > t.reached
	if further {
		t.reached, t.deaths = step, 0
	}
	t.deaths++
	t.barren++
	if further || t.story.stepped { // a checkpoint may be there whose events died with the plugin
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
