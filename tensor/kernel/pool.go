package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Task is a piece of work cut into independent parts. It is an interface, not
// a function, so that a caller can keep one value for many runs and a run
// allocates nothing.
type Task interface {
	// Do computes part i. Parts run at the same time on several goroutines.
	Do(i int)
}

// Pool runs the parts of a task on a fixed set of goroutines. A nil *Pool has
// one thread: the caller's.
//
// Work is split over outputs, never over sums, so results do not depend on the
// number of threads.
type Pool struct {
	workers []worker
	ended   sync.WaitGroup
	closed  atomic.Bool

	// busy is held by the run under way. A run that finds it taken (nested in a
	// task, or on another goroutine) is done inline, which cannot deadlock.
	busy   atomic.Bool
	task   Task
	n      uint32
	epoch  uint32
	shared int64 // runs that the workers took part in
	caller sleeper
	failed atomic.Pointer[failure]

	_ [64]byte // keeps the two words below, which all threads write, on lines of their own

	// ticket is epoch<<32 | parts not yet claimed. A part is claimed by a
	// compare-and-swap that lowers it, so a worker that is late for one run
	// cannot take a part of the next by mistake; and task and n stay unchanged
	// as long as somebody holds a claimed part.
	ticket atomic.Uint64
	_      [56]byte

	pending atomic.Int64 // parts not yet finished
	_       [56]byte
}

// spinTime is how long a thread without work looks for it before it sleeps. It
// covers the gap between two kernels of a run and the difference of their parts:
// to wake a sleeper costs up to some tens of microseconds on a virtual machine.
// Longer brings nothing, and takes time from other programs on busy cores.
const spinTime = 80 * time.Microsecond

// sleeper is a thread's bed: asleep is true from before its last look for
// work until it is woken. Whoever changes it back to false owns the wake-up.
type sleeper struct {
	asleep atomic.Bool
	wake   chan struct{} // capacity 1: the waker never waits
}

type worker struct {
	sleeper
	_ [48]byte
}

type failure struct{ value any }

// NewPool returns a pool of the given number of threads, the caller of Run
// being one of them; 0 means GOMAXPROCS. Close ends it.
func NewPool(threads int) *Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &Pool{workers: make([]worker, threads-1)}
	p.caller.wake = make(chan struct{}, 1)
	p.ended.Add(len(p.workers))
	for i := range p.workers {
		w := &p.workers[i]
		w.wake = make(chan struct{}, 1)
		go p.work(w)
	}
	return p
}

// Threads is the number of parts that can run at the same time.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return len(p.workers) + 1
}

// Shared counts the runs so far that were shared out among threads, and not done
// inline: a test of many threads that shares nothing proves nothing. It is not
// to be called during a run.
func (p *Pool) Shared() int64 { return p.shared }

// Run does parts 0 … n−1 of t, each once, on the caller and the workers, and
// returns when all are done. It allocates nothing. A run inside a task, or
// while another goroutine's run is under way, is done inline. When a part
// panics, parts not yet begun are dropped and Run panics with the first value.
func (p *Pool) Run(n int, t Task) {
	if n <= 1 || p == nil || len(p.workers) == 0 || p.closed.Load() || !p.busy.CompareAndSwap(false, true) {
		for i := range n {
			t.Do(i)
		}
		return
	}
	p.task, p.n = t, uint32(n)
	p.epoch++
	p.shared++
	p.pending.Store(int64(n))
	p.ticket.Store(uint64(p.epoch)<<32 | uint64(n))
	for i := range p.workers[:min(n-1, len(p.workers))] {
		p.workers[i].rouse()
	}

	p.drain()
	p.caller.await(func() bool { return p.pending.Load() == 0 })

	f := p.failed.Swap(nil)
	p.task = nil
	p.busy.Store(false)
	if f != nil {
		panic(f.value)
	}
}

// RunFunc is Run for a function, which usually costs an allocation.
func (p *Pool) RunFunc(n int, f func(i int)) { p.Run(n, taskFunc(f)) }

type taskFunc func(i int)

func (f taskFunc) Do(i int) { f(i) }

// Close ends the workers and returns when they are gone. A later Run is done
// inline. It must not be called from a task.
func (p *Pool) Close() {
	if p == nil || !p.closed.CompareAndSwap(false, true) {
		return
	}
	for i := range p.workers {
		p.workers[i].rouse()
	}
	p.ended.Wait()
}

func (p *Pool) work(w *worker) {
	defer p.ended.Done()
	for !p.closed.Load() {
		p.drain()
		w.await(func() bool { return uint32(p.ticket.Load()) != 0 || p.closed.Load() })
	}
}

// drain claims and does parts until none is left to claim.
func (p *Pool) drain() {
	for {
		t := p.ticket.Load()
		left := uint32(t)
		if left == 0 {
			return
		}
		if p.ticket.CompareAndSwap(t, t-1) {
			p.do(int(p.n - left))
		}
	}
}

// do runs one claimed part. The deferred half also holds when the task calls
// runtime.Goexit, as a failing test does.
func (p *Pool) do(i int) {
	defer func() {
		if r := recover(); r != nil {
			p.failed.CompareAndSwap(nil, &failure{r})
		}
		if p.pending.Add(-1) == 0 {
			p.caller.rouse()
		}
	}()
	if p.failed.Load() == nil {
		p.task.Do(i)
	}
}

// await returns once ready, or woken for it: first it looks again and again
// for spinTime, letting other goroutines run (there may be fewer processors
// than threads), then it sleeps.
func (s *sleeper) await(ready func() bool) {
	start := time.Now()
	for {
		for range 50 {
			if ready() {
				return
			}
		}
		if time.Since(start) > spinTime {
			break
		}
		runtime.Gosched()
	}
	for !ready() {
		s.asleep.Store(true)
		if ready() && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.wake // also when a waker was quicker than the swap: its signal must not stay behind
	}
}

// rouse wakes s if it sleeps.
func (s *sleeper) rouse() {
	if s.asleep.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}
