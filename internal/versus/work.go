package versus

import (
	"context"
	"errors"
	"sync"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// ErrStopped is what a Worker returns when it was asked to stop and has saved how
// far it came.
var ErrStopped = errors.New("stopped")

// Worker trains and measures a cell, from what the result says it has reached,
// and brings the result up to date; it may Save it in between.
type Worker func(ctx context.Context, r *Result) error

// Work has every cell done that is not, jobs of them at once, and tells of each
// that ended. A cell that fails is recorded and does not end the others; retry
// tries those again that failed before. It ends early when stop is closed, with
// all that was reached on disk, and with an error when ctx ends or the disk
// refuses something: that is no cell's fault, and would befall the others too.
func (c *Folder) Work(ctx context.Context, stop <-chan struct{}, jobs int, retry bool, work Worker, tell func(*Result)) error {
	results, err := c.Results()
	if err != nil {
		return err
	}
	queue := make(chan *Result)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		workers sync.WaitGroup
		telling sync.Mutex
	)
	for range jobs {
		workers.Go(func() {
			for r := range queue {
				if err := c.one(ctx, r, work); err != nil {
					cancel(err)
					continue
				}
				telling.Lock()
				tell(r)
				telling.Unlock()
			}
		})
	}
	for i := range results {
		r := &results[i]
		if r.State == Done || r.State == Failed && !retry {
			continue
		}
		if !offer(ctx, stop, queue, r) {
			break
		}
	}
	close(queue)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		if fault.KindOf(cause) != fault.Internal {
			return cause
		}
		return fault.Wrap(fault.Canceled, cause, "the comparison was cancelled", c.Dir, "the same command goes on with it")
	}
	return nil
}

// offer hands r to the next worker that is free, unless it is time to end.
func offer(ctx context.Context, stop <-chan struct{}, queue chan<- *Result, r *Result) bool {
	select { // with both ready, ending goes first
	case <-stop:
		return false
	case <-ctx.Done():
		return false
	default:
	}
	select {
	case queue <- r:
		return true
	case <-stop:
	case <-ctx.Done():
	}
	return false
}

// one has a cell done. Its error is one that ends the comparison.
func (c *Folder) one(ctx context.Context, r *Result, work Worker) error {
	r.Failure, r.Kind = "", 0
	err := work(ctx, r)
	switch {
	case err == nil:
		r.State = Done
	case errors.Is(err, ErrStopped):
		r.State = Started
	case ctx.Err() != nil || fault.KindOf(err) == fault.Canceled || fault.KindOf(err) == fault.IO:
		r.State = Started
		return errors.Join(err, c.Save(r))
	default:
		r.State, r.Failure, r.Kind = Failed, err.Error(), fault.KindOf(err)
	}
	return c.Save(r)
}
