package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"time"
)

// interrupts turns Ctrl-C (and SIGTERM, and the end of the terminal) into what the verb under way wants of
// it: a verb that can stop in an orderly way gets the first as a request and
// the second as the end; every other verb ends at the first.
type interrupts struct {
	mu      sync.Mutex
	stop    chan struct{} // non-nil while a verb takes the first in an orderly way
	cancel  context.CancelFunc
	exit    func(code int)
	grace   time.Duration // for a cancelled verb to clean up before the process ends
	ended   bool          // the context is cancelled
	stopped bool          // stop is closed
}

// newInterrupts returns a context that ends with the user's patience. exit
// ends the process; it is called when a cancelled verb has not returned within
// two seconds, or at one more Ctrl-C.
func newInterrupts(parent context.Context, exit func(code int)) (*interrupts, context.Context) {
	ctx, cancel := context.WithCancel(parent)
	return &interrupts{cancel: cancel, exit: exit, grace: 2 * time.Second}, ctx
}

// Orderly returns a channel that the next Ctrl-C closes. The verb calls
// release when it is done.
func (i *interrupts) Orderly() (stop <-chan struct{}, release func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stop, i.stopped = make(chan struct{}), false
	return i.stop, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.stop = nil
	}
}

// Watch handles the process's signals until unwatch is called.
func (i *interrupts) Watch(signals ...os.Signal) (unwatch func()) {
	arrived := make(chan os.Signal, 3)
	signal.Notify(arrived, signals...)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-arrived:
				i.Signal()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(arrived)
		close(done)
	}
}

// Signal handles one Ctrl-C.
func (i *interrupts) Signal() {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.ended:
		i.exit(exitCanceled)
	case i.stop != nil && !i.stopped:
		i.stopped = true
		close(i.stop)
	default:
		i.ended = true
		i.cancel()
		time.AfterFunc(i.grace, func() { i.exit(exitCanceled) })
	}
}

const exitCanceled = 130 // fault.Canceled's row in exitCodes, checked by a test
