package runs

import "github.com/ganzoo/ganzoo/zoo"

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
