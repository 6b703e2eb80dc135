package runs

import (
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// Spent is what of a training's budget was spent when a checkpoint was written.
type Spent struct {
	Step    int64
	Epochs  float64       // 0 where the events do not tell
	Elapsed time.Duration // likewise
}

// SpentAt tells by the run's events what was spent at the checkpoint of a step.
func (r *Run) SpentAt(step int64) Spent {
	spent := Spent{Step: step}
	// What cannot be read of the events is not told, and that is allowed for.
	_ = r.Events(func(ev *zoo.Event) {
		if ev.Type == zoo.Checkpoint && ev.Step == step {
			spent.Epochs, spent.Elapsed = ev.Epoch, time.Duration(ev.Elapsed*float64(time.Second))
		}
	})
	return spent
}
