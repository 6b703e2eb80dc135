package runs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Remove deletes a run's folder, the link that it was found through and the links
// in the folder of runs that lead to it. It fails with kind Usage while a process
// trains in the folder.
func (s Store) Remove(r *Run) error {
	unlock, err := r.Lock()
	if fault.KindOf(err) == fault.IO {
		return cannotRemove(errors.Unwrap(err), r)
	}
	if err != nil {
		return err
	}
	links := s.linksTo(r)
	// run.json goes first: what an interrupted removal leaves behind is no run any more.
	err = os.Remove(filepath.Join(r.Dir, runFile))
	unlock() // its file cannot be deleted on Windows while it is open
	if err != nil {
		return cannotRemove(err, r)
	}
	if err := os.RemoveAll(r.Dir); err != nil {
		return fault.Wrap(fault.IO, err, "cannot remove all of the run", r.Dir, "delete the folder by hand")
	}
	for _, link := range links {
		if err := os.Remove(link); err != nil {
			return fault.Wrap(fault.IO, err, "the run is removed, a link to it is not", link, "delete the link by hand")
		}
	}
	return nil
}

func cannotRemove(err error, r *Run) error {
	return fault.Wrap(fault.IO, err, "cannot remove the run", r.Dir, "see that you may write to the folder")
}

// linksTo lists the links that would lead nowhere without the run.
func (s Store) linksTo(r *Run) []string {
	var links []string
	if r.Link != "" {
		links = append(links, r.Link)
	}
	entries, _ := os.ReadDir(s.Dir)
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 {
			continue
		}
		path, err := filepath.Abs(filepath.Join(s.Dir, e.Name()))
		if err == nil && path != r.Link && sameFolder(path, r.Dir) {
			links = append(links, path)
		}
	}
	return links
}
