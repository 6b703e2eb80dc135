package runs

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// Events hands over the run's events in order. A line that a killed host left
// broken is passed over.
func (r *Run) Events(visit func(*zoo.Event)) error {
	f, err := os.Open(r.EventsPath())
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot read the run's events", r.EventsPath(), "")
	}
	defer f.Close()
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadBytes('\n')
		ev := &zoo.Event{}
		if json.Unmarshal(line, ev) == nil {
			visit(ev)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fault.Wrap(fault.IO, err, "cannot read the run's events", r.EventsPath(), "")
		}
	}
}

// Loss is a loss's value at a step.
type Loss struct {
	Step  int64
	Value float64
}

// Losses are the run's losses by name, in order of their steps. Where a run went
// on from a checkpoint, what it had reported beyond that has been trained anew
// and is left out.
func (r *Run) Losses() (map[string][]Loss, error) {
	losses := map[string][]Loss{}
	err := r.Events(func(ev *zoo.Event) {
		switch ev.Type {
		case zoo.Started:
			for name, list := range losses {
				n := len(list)
				for n > 0 && list[n-1].Step > ev.Step {
					n--
				}
				losses[name] = list[:n]
			}
		case zoo.Progress:
			for name, v := range ev.Losses {
				losses[name] = append(losses[name], Loss{ev.Step, v})
			}
		}
	})
	return losses, err
}
