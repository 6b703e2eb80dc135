package runs

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// checkpointName is step-00001000.safetensors: the step in at least one digit,
// padded as the plugin likes.
var checkpointName = regexp.MustCompile(`^step-([0-9]{1,18})\.safetensors$`)

// Checkpoint returns the absolute path of the newest whole checkpoint. Files
// that were cut short are passed over. The error is of kind NotFound where there
// are none, and of kind Checkpoint where there are only others.
func (r *Run) Checkpoint() (string, error) {
	if path, _ := r.LastCheckpoint(); path != "" {
		return path, nil
	}
	if err := r.unfit(); err != nil {
		return "", err
	}
	mend := "train anew, or choose another run: `zoo runs` shows them"
	if r.Status == Running {
		mend = "wait for the first one: it is being trained"
	}
	return "", fault.New(fault.NotFound, "run "+r.ID+" has no checkpoint yet", r.CheckpointsDir(), mend)
}

// FindCheckpoint returns the absolute path of a checkpoint that is named by its
// file. The error is of kind NotFound when there is none.
func FindCheckpoint(path string) (string, error) {
	const mend = "name a file of a run's checkpoints folder, or leave --from out for the newest"
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fault.New(fault.NotFound, "there is no such checkpoint", path, mend)
	case err != nil:
		return "", fault.Wrap(fault.NotFound, err, "cannot find the checkpoint", path, mend)
	case info.IsDir():
		return "", fault.New(fault.NotFound, "a checkpoint is a file, and this is a folder", path, mend)
	}
	return abs, nil
}

// LastCheckpoint returns the newest whole checkpoint and its step, or "" and −1.
func (r *Run) LastCheckpoint() (path string, step int64) {
	path, step, _ = r.newest()
	return path, step
}

// PassedOver returns the newest file that is named like a checkpoint later than
// LastCheckpoint and is none, "" where there is no such file.
func (r *Run) PassedOver() string {
	_, _, damaged := r.newest()
	return damaged
}

// newest is what LastCheckpoint and PassedOver return.
func (r *Run) newest() (path string, step int64, damaged string) {
	entries, err := os.ReadDir(r.CheckpointsDir())
	if err != nil {
		return "", -1, ""
	}
	step = -1
	later := int64(-1) // the step of what is damaged
	for _, e := range entries {
		m := checkpointName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n <= step {
			continue
		}
		candidate := filepath.Join(r.CheckpointsDir(), e.Name())
		if Whole(candidate) {
			path, step = candidate, n
		} else if n > later {
			damaged, later = candidate, n
		}
	}
	if later < step {
		damaged = ""
	}
	return path, step, damaged
}

// unfit says what is wrong with a file that is named like a checkpoint and is none,
// or with the folder; nil where there is no such file.
func (r *Run) unfit() error {
	entries, err := os.ReadDir(r.CheckpointsDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoints of run "+r.ID, r.CheckpointsDir(), fault.ToRead(err))
	}
	for _, e := range entries {
		if !checkpointName.MatchString(e.Name()) {
			continue
		}
		path := filepath.Join(r.CheckpointsDir(), e.Name())
		f, err := os.Open(path)
		if err != nil {
			return fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoint of run "+r.ID, path, fault.ToRead(err))
		}
		f.Close()
		if !Whole(path) {
			return fault.New(fault.Checkpoint, "the checkpoint of run "+r.ID+" is cut short", path, "put it back from a copy, or train anew")
		}
	}
	return nil
}

// maxHeader bounds the JSON that Whole reads; real headers have a few KiB.
const maxHeader = 16 << 20

// Whole reports whether a safetensors file has the length its header says:
// eight bytes of header length, the header, then the tensors' bytes. Checksums
// are the plugin's business.
func Whole(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	var size [8]byte
	if _, err := io.ReadFull(f, size[:]); err != nil {
		return false
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > maxHeader || int64(n) > info.Size()-8 {
		return false
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(f, header); err != nil {
		return false
	}
	end, ok := dataEnd(header)
	return ok && info.Size() == 8+int64(n)+end
}

// dataEnd is the largest data offset that a safetensors header names.
func dataEnd(header []byte) (int64, bool) {
	var entries map[string]json.RawMessage
	if json.Unmarshal(header, &entries) != nil {
		return 0, false
	}
	end := int64(0)
	for name, raw := range entries {
		if name == "__metadata__" {
			continue
		}
		var entry struct {
			Offsets [2]int64 `json:"data_offsets"`
		}
		if json.Unmarshal(raw, &entry) != nil || entry.Offsets[0] < 0 || entry.Offsets[1] < entry.Offsets[0] {
			return 0, false
		}
		end = max(end, entry.Offsets[1])
	}
	return end, true
}

// SweepUnfinished removes what a killed host or plugin left half-written of the
// run's record and in the checkpoints folder: the hidden temporary files of package
// atomicfile. Call it only while holding the run's lock and with no plugin at work.
func (r *Run) SweepUnfinished() {
	for _, pattern := range []string{filepath.Join(r.Dir, "."+runFile+".*.tmp"), filepath.Join(r.CheckpointsDir(), ".*.tmp")} {
		unfinished, _ := filepath.Glob(pattern)
		for _, path := range unfinished {
			os.Remove(path)
		}
	}
}
