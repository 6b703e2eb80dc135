package versus

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/host/runs"
)

// gridColumns is how many pictures of a run stand side by side.
const gridColumns = 5

// picture is a run's samples at a step.
type picture struct {
	Step string
	Path string
}

// pictures are at most gridColumns of a run's pictures, spread evenly from the
// first after the untrained generator's to the last. Runs under one budget are
// drawn at the same shares of it, so the k-th ones belong together.
func pictures(run *runs.Run) ([]picture, error) {
	paths, err := filepath.Glob(filepath.Join(run.SamplesDir(), "step-*.png"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(paths, func(a, b string) int { // longer names are of later steps
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	if len(paths) > 1 {
		paths = paths[1:]
	}
	var list []picture
	n := min(gridColumns, len(paths))
	for k := range n {
		path := paths[(k+1)*len(paths)/n-1]
		var step int64
		if _, err := fmt.Sscanf(filepath.Base(path), "step-%d.png", &step); err != nil {
			continue
		}
		list = append(list, picture{fmt.Sprintf("step %d", step), path})
	}
	return list, nil
}
