package runs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Store is a folder of run folders. The folder is made by the first Create.
type Store struct{ Dir string }

// Create makes the folder of a new run, named after the variant, the dataset
// and the time, with a suffix when that name is taken, and writes run.json.
// The caller fills in the rest of the run and saves it again.
func (s Store) Create(variant, dataset string, now time.Time) (*Run, error) {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, unwritable(err, dir)
	}
	base := fmt.Sprintf("%s-%s-%s", clean(variant), clean(dataset), now.Format("20060102-150405"))
	id := base
	// Mkdir is what claims the name: of two runs started in one second, one
	// gets the suffix.
	for n := 2; ; n++ {
		err = os.Mkdir(filepath.Join(dir, id), 0o755)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
		id = fmt.Sprintf("%s-%d", base, n)
	}
	if err != nil {
		return nil, unwritable(err, dir)
	}
	r := &Run{ID: id, Dir: filepath.Join(dir, id), Variant: variant, Status: Running, Created: now.UTC()}
	for _, sub := range []string{r.CheckpointsDir(), r.SamplesDir(), r.PlotsDir()} {
		if err := os.Mkdir(sub, 0o755); err != nil {
			os.RemoveAll(r.Dir)
			return nil, unwritable(err, sub)
		}
	}
	if err := r.Save(); err != nil {
		os.RemoveAll(r.Dir)
		return nil, err
	}
	return r, nil
}

func unwritable(err error, dir string) error {
	return fault.Wrap(fault.IO, err, "cannot make a folder for the run", dir, "choose a folder that you may write to with --runs or ZOO_RUNS")
}

// clean makes a name fit for a folder's name: letters, digits, dots and
// underscores, everything else a hyphen. A dataset may be a folder's path, of
// which the last element is kept.
func clean(name string) string {
	name = filepath.Base(filepath.Clean(name))
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name)
	if name = strings.Trim(name, "-."); name == "" {
		return "data"
	}
	return name[:min(len(name), 40)]
}

// List returns the runs, newest first, each once however many links lead to it. Of
// one whose run.json cannot be read it knows the folder alone, and its Status is
// Damaged; folders without one are left out.
func (s Store) List() ([]*Run, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read the folder of runs", s.Dir, "name another with --runs or ZOO_RUNS")
	}
	var list []*Run
	for _, e := range entries {
		dir := filepath.Join(s.Dir, e.Name())
		switch r, err := Open(dir); {
		case err == nil:
			list = append(list, r)
		case fault.KindOf(err) == fault.IO && e.IsDir():
			list = append(list, damaged(dir, err))
		}
	}
	slices.SortFunc(list, func(a, b *Run) int {
		// A run comes before the links to it.
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(b.ID, a.ID), strings.Compare(a.Link, b.Link))
	})
	return slices.CompactFunc(list, func(a, b *Run) bool { return a.ID == b.ID && sameFolder(a.Dir, b.Dir) }), nil
}

// damaged is what can be told of a run whose run.json cannot be read.
func damaged(dir string, err error) *Run {
	r := &Run{ID: filepath.Base(dir), Status: Damaged, Failure: err.Error()}
	r.Dir, _ = filepath.Abs(dir)
	if info, err := os.Stat(dir); err == nil {
		r.Created = info.ModTime().UTC()
	}
	return r
}

// Find returns the run that ref names: a run's id, the path of its folder, or
// a variant's name for that variant's latest run with a checkpoint. The error
// is of kind NotFound, or Checkpoint where that variant has only damaged ones.
func (s Store) Find(ref string) (*Run, error) {
	if ref == "" {
		return nil, fault.New(fault.Usage, "no run named", "", "name a run, its folder, or a variant for its latest run: `zoo runs` shows them")
	}
	if strings.ContainsAny(ref, `/\`) || ref == "." || ref == ".." {
		return Open(ref)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, ref, runFile)); err == nil {
		return Open(filepath.Join(s.Dir, ref))
	}
	list, err := s.List()
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		switch {
		case r.ID != ref:
		case r.Status == Damaged:
			return Open(r.Dir)
		default: // under the name of a link
			return r, nil
		}
	}
	if r, err := s.latest(list, ref); r != nil || err != nil {
		return r, err
	}
	if _, err := os.Stat(filepath.Join(ref, runFile)); err == nil {
		return Open(ref)
	}
	return nil, s.unknown(list, ref)
}

// latest returns a variant's latest run with a checkpoint, out of a list, and neither
// a run nor an error where that has none of the variant.
func (s Store) latest(list []*Run, variant string) (*Run, error) {
	var without error // why the latest one has no checkpoint, or what is wrong with it
	mend := ""
	for _, r := range list {
		if r.Variant != variant {
			continue
		}
		_, err := r.Checkpoint()
		if err == nil {
			return r, nil
		}
		if without == nil || fault.KindOf(without) == fault.NotFound {
			without = err
		}
		switch {
		case r.Status == Running:
			mend = "wait for the first one of " + r.ID + ", which is being trained"
		case mend == "":
			mend = fmt.Sprintf("train one first: zoo train %s --data %s", variant, cmp.Or(r.Dataset.Name, "mnist"))
		}
	}
	if without != nil && fault.KindOf(without) == fault.NotFound {
		without = fault.New(fault.NotFound, fmt.Sprintf("no run of %s has a checkpoint yet", variant), s.Dir, mend)
	}
	return nil, without
}

// unknown is the error for a name that no run has.
func (s Store) unknown(list []*Run, ref string) error {
	mend := "`zoo runs` shows the runs there are"
	if !strings.Contains(ref, ".") { // which no variant's name has
		mend += fmt.Sprintf("; `zoo train %s --data mnist` makes one if that is a variant", ref)
	} else if info, err := os.Stat(ref); err == nil && !info.IsDir() {
		return fault.New(fault.NotFound, "a run is a folder, and this is a file", ref, mend)
	}
	var names []string
	for _, r := range list {
		names = append(names, r.ID, r.Variant)
	}
	return fault.New(fault.NotFound, fmt.Sprintf("no run %q", ref), s.Dir, didyoumean.Sentence(ref, names, mend))
}
