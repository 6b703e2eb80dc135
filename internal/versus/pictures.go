package versus

import (
	"fmt"

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
	all, err := run.Pictures()
	if err != nil {
		return nil, err
	}
	if len(all) > 1 {
		all = all[1:]
	}
	var list []picture
	n := min(gridColumns, len(all))
	for k := range n {
		p := all[(k+1)*len(all)/n-1]
		list = append(list, picture{fmt.Sprintf("step %d", p.Step), p.Path})
	}
	return list, nil
}
