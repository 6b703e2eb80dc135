package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// ofStep is a file of the checkpoint of a step: the checkpoint, or what its
// plugin keeps beside it under a longer name.
var ofStep = regexp.MustCompile(`^step-([0-9]{1,18})\.`)

// CheckpointStep is the step that a checkpoint's name tells.
func CheckpointStep(path string) (step int64, ok bool) {
	m := checkpointName.FindStringSubmatch(filepath.Base(path))
	if m == nil {
		return 0, false
	}
	step, err := strconv.ParseInt(m[1], 10, 64)
	return step, err == nil
}

// Aside are checkpoints that were moved out of the way of a training which goes
// on from an earlier one: a run has one future.
type Aside struct {
	Dir   string // where they are; empty when there were none
	Count int    // of checkpoints
	from  string
	names []string
}

// SetAside moves what is of a step after the given one from checkpoints/ to a
// folder of its own in the run's set-aside/. Call it only while holding the
// run's lock and with no plugin at work.
func (r *Run) SetAside(after int64) (*Aside, error) {
	a := &Aside{from: r.CheckpointsDir()}
	entries, err := os.ReadDir(a.from)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read the run's checkpoints", a.from, fault.ToRead(err))
	}
	for _, e := range entries {
		m := ofStep.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		if step, err := strconv.ParseInt(m[1], 10, 64); err != nil || step <= after {
			continue
		}
		a.names = append(a.names, e.Name())
		if checkpointName.MatchString(e.Name()) {
			a.Count++
		}
	}
	if len(a.names) == 0 {
		return a, nil
	}
	if a.Dir, err = r.newAsideDir(after); err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot set later checkpoints aside", r.Dir, fault.ToWrite(err))
	}
	if err := move(a.from, a.Dir, a.names); err != nil {
		return nil, errors.Join(err, a.Restore())
	}
	return a, nil
}

// newAsideDir makes set-aside/after-20 in the run's folder, or after-20-2 where
// that is taken.
func (r *Run) newAsideDir(after int64) (string, error) {
	parent := filepath.Join(r.Dir, "set-aside")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	base := filepath.Join(parent, fmt.Sprintf("after-%d", after))
	dir := base
	for n := 2; ; n++ {
		err := os.Mkdir(dir, 0o755)
		if !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
		dir = fmt.Sprintf("%s-%d", base, n)
	}
}

// Restore puts everything back, for a training that did not start after all.
func (a *Aside) Restore() error {
	if a.Dir == "" {
		return nil
	}
	err := move(a.Dir, a.from, a.names)
	os.Remove(a.Dir)               // only if it is empty
	os.Remove(filepath.Dir(a.Dir)) // likewise
	return err
}

// move renames files from one folder to another. Those that are not there any
// more are passed over.
func move(from, to string, names []string) error {
	for _, name := range names {
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(fault.IO, err, "cannot move a checkpoint", filepath.Join(from, name), "see that you may rename files there, or move it by hand to "+to)
		}
	}
	return nil
}
