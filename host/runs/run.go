package runs

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// Status of a run. A run that is said to be running while no process holds its
// lock reads as Interrupted.
const (
	Running     = "running"
	Completed   = zoo.Completed
	Stopped     = zoo.Stopped
	Diverged    = zoo.Diverged
	Failed      = "failed"
	Interrupted = "interrupted"
	Damaged     = "damaged" // its run.json cannot be read
)

// Run is one training: run.json and the folder it lies in.
type Run struct {
	ID       string            `json:"id"`
	Dir      string            `json:"-"` // absolute
	Link     string            `json:"-"` // absolute, of the link to Dir that it was found through; else empty
	Variant  string            `json:"variant"`
	Status   string            `json:"status"`
	Failure  string            `json:"failure,omitempty"` // why Status is Failed or Diverged
	Dataset  zoo.Dataset       `json:"dataset"`
	Config   zoo.Config        `json:"config"`          // with every default filled in, once started
	Codes    []zoo.Code        `json:"codes,omitempty"` // of the latents, once started
	Created  time.Time         `json:"created"`
	Updated  time.Time         `json:"updated"` // of run.json
	Step     int64             `json:"step"`    // last seen when run.json was written
	Versions map[string]string `json:"versions,omitempty"`
}

const (
	runFile        = "run.json"
	eventsFile     = "events.jsonl"
	lockFile       = ".lock"
	checkpointsDir = "checkpoints"
	samplesDir     = "samples"
	plotsDir       = "plots"
)

// EventsPath is the run's events, one JSON object a line in order.
func (r *Run) EventsPath() string { return filepath.Join(r.Dir, eventsFile) }

// SamplesDir holds the pictures drawn while training.
func (r *Run) SamplesDir() string { return filepath.Join(r.Dir, samplesDir) }

// CheckpointsDir is the one folder that the plugin writes.
func (r *Run) CheckpointsDir() string { return filepath.Join(r.Dir, checkpointsDir) }

// PlotsDir holds curves drawn from the events.
func (r *Run) PlotsDir() string { return filepath.Join(r.Dir, plotsDir) }

// Save writes run.json whole.
func (r *Run) Save() error {
	r.Updated = time.Now().UTC()
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(r.Dir, runFile), append(content, '\n'))
}

// Open reads the run in a folder, or in the one that a link stands for: what is
// removed or locked is the run's own folder. The error is of kind NotFound when
// there is none, and of kind IO when run.json cannot be read.
func Open(dir string) (*Run, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	link := ""
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if target, err := filepath.EvalSymlinks(dir); err == nil {
			link, dir = dir, target
		}
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "no such run folder", dir, "`zoo runs` shows the runs there are")
	}
	path := filepath.Join(dir, runFile)
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, fault.New(fault.NotFound, "not a run folder: it has no "+runFile, dir, "`zoo runs` shows the runs there are")
	case err != nil:
		return nil, fault.Wrap(fault.IO, err, "cannot read the run", path, fault.ToRead(err))
	}
	r := &Run{}
	if err := json.Unmarshal(content, r); err != nil {
		return nil, fault.Wrap(fault.IO, err, "the run's description is damaged", path, "delete the folder, or put run.json back from a copy")
	}
	r.Dir, r.Link, r.ID = dir, link, filepath.Base(dir)
	if r.Status == Running && !r.locked() {
		r.Status = Interrupted
		// What it had reached when run.json was last written may be behind.
		_, step := r.LastCheckpoint()
		r.Step = max(r.Step, step)
	}
	return r, nil
}

// sameFolder reports whether two paths lead to one folder.
func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
