package runs

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Picture is one of the samples at a step.
type Picture struct {
	Step int64
	Path string
}

// pictureName is step-001000.png: the step in at least one digit.
var pictureName = regexp.MustCompile(`^step-([0-9]{1,18})\.png$`)

// Pictures lists the pictures drawn while training, by their step. A run without
// any has none.
func (r *Run) Pictures() ([]Picture, error) {
	entries, err := os.ReadDir(r.SamplesDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.IO, err, "cannot list the pictures of the run", r.SamplesDir(), fault.ToRead(err))
	}
	var list []Picture
	for _, e := range entries {
		m := pictureName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		if step, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			list = append(list, Picture{step, filepath.Join(r.SamplesDir(), e.Name())})
		}
	}
	slices.SortFunc(list, func(a, b Picture) int { return cmp.Compare(a.Step, b.Step) })
	return list, nil
}
