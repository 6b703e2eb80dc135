package gan

import (
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// budget is how long to train: the first limit that is reached ends it.
type budget struct {
	steps  int64   // 0: no limit
	images float64 // real examples for the discriminator; 0: no limit
	time   time.Duration
}

func newBudget(c *zoo.Config, count int) budget {
	return budget{steps: c.Steps, images: c.Epochs * float64(count), time: c.Time}
}

// spent returns the share of the budget that is used up: 1 or more at its end.
func (b *budget) spent(step, images int64, elapsed time.Duration) float64 {
	var share float64
	if b.steps > 0 {
		share = max(share, float64(step)/float64(b.steps))
	}
	if b.images > 0 {
		share = max(share, float64(images)/b.images)
	}
	if b.time > 0 {
		share = max(share, float64(elapsed)/float64(b.time))
	}
	return share
}
