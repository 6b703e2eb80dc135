package gan

import (
	"errors"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/memory"
	"github.com/ganzoo/ganzoo/nn"
)

// freeMemory tells what the machine has left; tests stand in for it.
var freeMemory = memory.Available

// valueBytes is the size of a float32.
const valueBytes = 4

// checkMemory refuses networks that the machine has no room for, before any of
// it is taken: the system would end the process without a word to the user.
func (s *Settings) checkMemory(networks [2]blueprint) error {
	free, known := freeMemory()
	if !known {
		return nil
	}
	var need float64 // no sizes that a user can ask for overflow it
	for i, b := range networks {
		trainable, all := nn.Size(b.name, b.in, b.setup, b.layers...)
		need += valueBytes * (float64(all) + float64(s.weightCopies())*float64(trainable))
		if i == 0 && s.Param("ema") > 0 {
			need += valueBytes * float64(all)
		}
	}
	if need <= float64(free) {
		return nil
	}
	return fault.New(fault.Usage, fmt.Sprintf("networks of width %d take %s of memory with what their training keeps, and %s are free",
		s.Int("width"), gigabytes(need), gigabytes(float64(free))), "--set width", "give a smaller --set width, or another --arch")
}

// weightCopies is how many numbers a training keeps beside each weight: moments
// of its gradient, and the mean of historical averaging.
func (s *Settings) weightCopies() int {
	copies := 1
	if s.Choice("optimizer") == "adam" && s.Param("beta1") > 0 {
		copies = 2
	}
	if s.Param("historical_averaging") > 0 {
		copies++
	}
	return copies
}

// room is the memory that the values of a step may take.
type room struct {
	known bool
	left  float64 // bytes
}

// roomForSteps is what is free beside the batches that the steps read, which
// must fit too.
func (m *Model) roomForSteps() (*room, error) {
	free, known := freeMemory()
	r := &room{known: known, left: float64(free)}
	batches := 2 * valueBytes * float64(m.Settings.Batch) * float64(m.Settings.Shape.Size())
	if known && batches > r.left {
		return nil, r.refuse("the batches of a step", batches)
	}
	r.left -= batches
	return r, nil
}

// limit is the room as a graph takes it: 0 is no bound.
func (r *room) limit() int {
	if !r.known {
		return 0
	}
	return int(min(max(r.left, 1), math.MaxInt/2))
}

// explain tells of a graph that was refused for its size what a user can do.
// Other errors pass through.
func (r *room) explain(err error) error {
	var size *graph.SizeError
	if !errors.As(err, &size) {
		return err
	}
	return r.refuse("a step of the "+size.Graph, float64(size.Need))
}

func (r *room) refuse(what string, need float64) error {
	return fault.New(fault.Usage, fmt.Sprintf("%s takes %s of memory, and %s are free", what, gigabytes(need), gigabytes(max(r.left, 0))),
		"--batch", "give a smaller --batch or --set width")
}

func gigabytes(bytes float64) string { return fmt.Sprintf("%.1f GB", bytes/1e9) }
