package versus

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/filelock"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	planFile   = "plan.json"
	dataFile   = "data.json"
	lockFile   = ".lock"
	resultsDir = "results"
	runsDir    = "runs"
	plotsDir   = "plots"
)

// Folder is a comparison on disk: its plan and what lies beside it.
type Folder struct {
	Plan Plan
	Dir  string // absolute
}

// Read returns the comparison in a folder. The error is of kind NotFound when
// there is none.
func Read(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, planFile)
	c := &Folder{Dir: dir}
	switch found, err := readJSON(path, &c.Plan); {
	case err != nil:
		return nil, err
	case !found:
		return nil, fault.New(fault.NotFound, "not a comparison: it has no "+planFile, dir, "name variants, --data and a budget to begin one there")
	}
	return c, nil
}

// Open returns the comparison in a folder, made with that plan if there is none.
// More seeds than it has are added to it. One with another plan is refused: the
// error is of kind Usage.
func Open(dir string, plan Plan) (*Folder, error) {
	c, err := Read(dir)
	switch {
	case err == nil && !plan.holds(&c.Plan):
		return nil, fault.New(fault.Usage, "the folder holds another comparison", c.Dir, "give it a folder of its own with --out, or go on with that one: zoo compare --out "+dir)
	case err == nil:
		c.Plan = plan
		return c, writeJSON(filepath.Join(c.Dir, planFile), plan)
	case fault.KindOf(err) != fault.NotFound:
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	c = &Folder{Plan: plan, Dir: dir}
	for _, sub := range []string{resultsDir, runsDir, plotsDir} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fault.Wrap(fault.IO, err, "cannot make the folder of the comparison", dir, "choose a folder that you may write to with --out")
		}
	}
	return c, writeJSON(filepath.Join(dir, planFile), plan)
}

// Datasets are what the plan's data turned out to be when it was first resolved,
// by the plan's names. None is there before KeepDatasets.
func (c *Folder) Datasets() (map[string]zoo.Dataset, error) {
	var datasets map[string]zoo.Dataset
	_, err := readJSON(filepath.Join(c.Dir, dataFile), &datasets)
	return datasets, err
}

// KeepDatasets notes the datasets by the plan's names: a relative folder is the
// same one from anywhere then, and all trainings are on the same examples.
func (c *Folder) KeepDatasets(datasets map[string]zoo.Dataset) error {
	return writeJSON(filepath.Join(c.Dir, dataFile), datasets)
}

// Lock claims the folder for this process.
func (c *Folder) Lock() (unlock func(), err error) {
	unlock, err = filelock.TryLock(filepath.Join(c.Dir, lockFile))
	switch {
	case errors.Is(err, filelock.ErrLocked):
		return nil, fault.New(fault.Usage, "another process works on this comparison", c.Dir, "wait for it, or choose another folder with --out")
	case err != nil:
		return nil, fault.Wrap(fault.IO, err, "cannot lock the folder of the comparison", c.Dir, "choose a folder that you may write to with --out")
	}
	return unlock, nil
}

// RunsDir holds the run folders.
func (c *Folder) RunsDir() string { return filepath.Join(c.Dir, runsDir) }

// SnapshotsDir holds checkpoints of a cell until they are measured.
func (c *Folder) SnapshotsDir(cell Cell) string {
	return filepath.Join(c.Dir, "snapshots", cell.Name())
}

func (c *Folder) resultPath(cell Cell) string {
	return filepath.Join(c.Dir, resultsDir, cell.Name()+".json")
}

// Results are those of all cells, in the plan's order.
func (c *Folder) Results() ([]Result, error) {
	var list []Result
	for _, cell := range c.Plan.Cells() {
		r := Result{}
		if _, err := readJSON(c.resultPath(cell), &r); err != nil {
			return nil, err
		}
		r.Cell = cell
		list = append(list, r)
	}
	return list, nil
}

// Save writes a result whole.
func (c *Folder) Save(r *Result) error { return writeJSON(c.resultPath(r.Cell), r) }

// readJSON reports whether the file is there.
func readJSON(path string, v any) (bool, error) {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return false, nil
	case err != nil:
		return false, fault.Wrap(fault.IO, err, "cannot read "+filepath.Base(path), path, fault.ToRead(err))
	}
	if err := json.Unmarshal(content, v); err != nil {
		return true, fault.Wrap(fault.IO, err, filepath.Base(path)+" is damaged", path, "delete it")
	}
	return true, nil
}

func writeJSON(path string, v any) error {
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(path, append(content, '\n'))
}
