package runs

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/filelock"
)

// Lock claims the run for this process until unlock is called or the process
// ends. It fails with kind Usage while another process trains in the folder.
func (r *Run) Lock() (unlock func(), err error) {
	// Somebody who lists the runs holds the lock for a moment to see whether it
	// is free: that must not look like another training.
	for range 10 {
		unlock, err = filelock.TryLock(filepath.Join(r.Dir, lockFile))
		if !errors.Is(err, filelock.ErrLocked) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	switch {
	case errors.Is(err, filelock.ErrLocked):
		return nil, fault.New(fault.Usage, "run "+r.ID+" is being trained by another process", r.Dir, "wait for it or stop it first")
	case err != nil:
		return nil, fault.Wrap(fault.IO, err, "cannot lock the run", r.Dir, "copy it into a folder that you may write to, and name the copy")
	}
	return unlock, nil
}

// locked reports whether a live process trains in the folder.
func (r *Run) locked() bool { return filelock.Held(filepath.Join(r.Dir, lockFile)) }
