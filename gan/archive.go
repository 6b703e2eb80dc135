package gan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
)

const (
	// keepCheckpoints is how many a run folder holds: enough to go back behind
	// one that turns out bad.
	keepCheckpoints = 3
	// checkpointTime is the cadence when none is asked for: what a crash may cost.
	checkpointTime = time.Minute
	// firstCheckpoint is when the first one is due: a training that is killed
	// within its first minute shall not have been for nothing.
	firstCheckpoint = 5 * time.Second
)

// archive is the folder of a run's checkpoints.
type archive struct {
	dir   string
	every int64 // steps; 0: by the clock

	newest  string        // the checkpoint written last
	last    int64         // its step, or the step resumed from
	elapsed time.Duration // the training time at which it was written
}

func newArchive(runDir string, every int64) *archive {
	return &archive{dir: filepath.Join(runDir, "checkpoints"), every: every}
}

// due reports whether it is time for a checkpoint. When one is written decides
// nothing about what is in it.
func (a *archive) due(step int64, elapsed time.Duration) bool {
	if step == a.last {
		return false
	}
	if a.every > 0 {
		return step%a.every == 0
	}
	if a.newest == "" {
		return elapsed-a.elapsed >= firstCheckpoint
	}
	return elapsed-a.elapsed >= checkpointTime
}

// write adds a checkpoint and drops the oldest beyond keepCheckpoints.
func (a *archive) write(step int64, elapsed time.Duration, save func(path string) error) (string, error) {
	if err := os.MkdirAll(a.dir, 0o755); err != nil {
		return "", fault.Wrap(fault.IO, err, "cannot make the folder of the checkpoints", a.dir, "choose a folder that you may write to")
	}
	path := filepath.Join(a.dir, fmt.Sprintf("%s%08d%s", prefix, step, suffix))
	if err := save(path); err != nil {
		return "", err
	}
	a.newest, a.last, a.elapsed = path, step, elapsed
	if err := writeClock(path, elapsed); err != nil {
		return "", err
	}
	return path, a.prune()
}

// prune removes the checkpoints before the newest keepCheckpoints up to the
// present one, and what a write that was killed left behind. Steps are compared
// as numbers: from 10⁸ on names have more digits and no longer sort by them.
func (a *archive) prune() error {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot read the folder of the checkpoints", a.dir, fault.ToRead(err))
	}
	var steps []int64
	paths := map[int64]string{}
	for _, e := range entries {
		path := filepath.Join(a.dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".step-") && strings.HasSuffix(e.Name(), ".tmp"):
			if err := remove(path); err != nil {
				return err
			}
		default:
			if step, ok := stepOf(e.Name()); ok && step <= a.last {
				steps = append(steps, step)
				paths[step] = path
			}
		}
	}
	slices.Sort(steps)
	for _, step := range steps[:max(0, len(steps)-keepCheckpoints)] {
		path := paths[step]
		if err := errors.Join(remove(path), remove(clockPath(path))); err != nil {
			return err
		}
	}
	return nil
}

// Names of checkpoints: step-00001000.safetensors.
const (
	prefix = "step-"
	suffix = ".safetensors"
)

// stepOf reads the step in the name of a checkpoint.
func stepOf(name string) (int64, bool) {
	digits, ok := strings.CutSuffix(strings.TrimPrefix(name, prefix), suffix)
	if !ok || !strings.HasPrefix(name, prefix) {
		return 0, false
	}
	step, err := strconv.ParseInt(digits, 10, 64)
	return step, err == nil && step >= 0
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.IO, err, "cannot remove an old file", path, fault.ToWrite(err))
	}
	return nil
}

// clock is kept beside a checkpoint, not in it: a checkpoint's bytes follow
// from the training alone.
type clock struct {
	Seconds float64 `json:"seconds"` // of training so far
}

func clockPath(checkpoint string) string { return checkpoint + ".clock" }

func writeClock(checkpoint string, elapsed time.Duration) error {
	content, err := json.Marshal(clock{elapsed.Seconds()})
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(clockPath(checkpoint), append(content, '\n'))
}

// readClock returns the training time at a checkpoint, 0 when it is not known.
func readClock(checkpoint string) time.Duration {
	var c clock
	content, err := os.ReadFile(clockPath(checkpoint))
	if err != nil || json.Unmarshal(content, &c) != nil || !(c.Seconds >= 0 && c.Seconds < 1e9) {
		return 0
	}
	return time.Duration(c.Seconds * float64(time.Second))
}
