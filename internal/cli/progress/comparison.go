package progress

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/zoo"
)

// comparisonEvery is the time between plain lines of what takes hours.
const comparisonEvery = time.Minute

// Comparison follows several trainings, some of them at once. Its methods may be
// called from several goroutines.
type Comparison struct {
	*view
	calls       sync.Mutex
	total, done int
	under       map[string]doing // the trainings under way, by name
}

type doing struct {
	share float64 // of its budget, 0…1
	words string
}

// NewComparison returns a line for so many trainings, of which some are done already.
func NewComparison(io *iostreams.IO, total, done int) *Comparison {
	v := newView(io)
	v.every = comparisonEvery
	return &Comparison{view: v, total: total, done: done, under: map[string]doing{}}
}

// Event takes a progress event of the training of that name; others are not its
// business.
func (c *Comparison) Event(name string, e *zoo.Event) {
	if e.Type == zoo.Progress {
		c.update(name, doing{max(0, share(e)), name + " step " + steps(e)})
	}
}

// Measuring says that a training is over, and that its samples are measured.
func (c *Comparison) Measuring(name string) { c.update(name, doing{1, name + " being measured"}) }

// End takes a training off the line.
func (c *Comparison) End(name string, done bool) {
	c.calls.Lock()
	defer c.calls.Unlock()
	delete(c.under, name)
	if done {
		c.done++
	}
}

func (c *Comparison) update(name string, d doing) {
	c.calls.Lock()
	defer c.calls.Unlock()
	c.under[name] = d
	spent := float64(c.done)
	var words []string
	for _, name := range slices.Sorted(maps.Keys(c.under)) {
		spent += c.under[name].share
		words = append(words, c.under[name].words)
	}
	c.show(status{
		share: spent / float64(c.total),
		left:  fmt.Sprintf("%d/%d", c.done, c.total),
		right: strings.Join(words, " · "),
	})
}
