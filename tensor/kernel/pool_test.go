package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// counts is a task that notes how often each part was done.
type counts []atomic.Int32

func (c counts) Do(i int) { c[i].Add(1) }

func (c counts) check(t *testing.T, want int32) {
	t.Helper()
	for i := range c {
		if got := c[i].Load(); got != want {
			t.Fatalf("part %d of %d was done %d times, want %d", i, len(c), got, want)
		}
	}
}

func TestPoolDoesEveryPartOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, threads := range []int{1, 2, 3, 8} {
		p := NewPool(threads)
		if got := p.Threads(); got != threads {
			t.Errorf("Threads() = %d, want %d", got, threads)
		}
		for n := range 70 {
			c := make(counts, n)
			p.Run(n, c)
			c.check(t, 1)
		}
		p.Close()
	}
}

func TestPoolNil(t *testing.T) {
	var p *Pool
	if got := p.Threads(); got != 1 {
		t.Errorf("Threads() = %d, want 1", got)
	}
	order := []int{}
	p.RunFunc(4, func(i int) { order = append(order, i) })
	for i, got := range order {
		if got != i {
			t.Fatalf("parts ran as %v, want in order", order)
		}
	}
	p.Close()
}

// Sleeping workers must wake for the next run, and a worker that is late for
// one run must not disturb the next.
func TestPoolSleepsBetweenRuns(t *testing.T) {
	defer goleak.VerifyNone(t)
	p := NewPool(3)
	defer p.Close()
	c := make(counts, 5)
	for run := range 30 {
		p.Run(len(c), c)
		time.Sleep(time.Duration(run%4) * 2 * spinTime)
	}
	c.check(t, 30)
}

func TestPoolManyRuns(t *testing.T) {
	defer goleak.VerifyNone(t)
	p := NewPool(4)
	defer p.Close()
	const runs = 20000
	c := make(counts, 7)
	for range runs {
		p.Run(len(c), c)
	}
	c.check(t, runs)
}

func TestPoolsShareOneProcessor(t *testing.T) {
	defer goleak.VerifyNone(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			p := NewPool(4)
			defer p.Close()
			c := make(counts, 9)
			for range 200 {
				p.Run(len(c), c)
			}
			c.check(t, 200)
		})
	}
	wg.Wait()
}

func TestPoolNestedAndConcurrentRunsAreInline(t *testing.T) {
	defer goleak.VerifyNone(t)
	p := NewPool(3)
	defer p.Close()
	c := make(counts, 6)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 100 {
				p.RunFunc(4, func(int) { p.Run(len(c), c) })
			}
		})
	}
	wg.Wait()
	c.check(t, 3*100*4)
}

func TestPoolPanicReachesCaller(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, threads := range []int{1, 2, 4} {
		p := NewPool(threads)
		for bad := range 8 {
			func() {
				defer func() {
					if got := recover(); got != bad {
						t.Errorf("%d threads: recovered %v, want %d", threads, got, bad)
					}
				}()
				p.RunFunc(8, func(i int) {
					if i == bad {
						panic(bad)
					}
				})
				t.Errorf("%d threads: Run returned after part %d panicked", threads, bad)
			}()
		}
		c := make(counts, 8)
		p.Run(len(c), c)
		c.check(t, 1)
		p.Close()
	}
}

func TestPoolAfterClose(t *testing.T) {
	p := NewPool(3)
	p.Close()
	p.Close()
	c := make(counts, 4)
	p.Run(len(c), c)
	c.check(t, 1)
}

func TestPoolRunAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	c := make(counts, 8)
	var task Task = &c // a pointer: making the interface once is the caller's part of the bargain
	if got := testing.AllocsPerRun(200, func() { p.Run(len(c), task) }); got != 0 {
		t.Errorf("a run allocates %v times, want 0", got)
	}
}

func BenchmarkPoolRun(b *testing.B) {
	p := NewPool(2)
	defer p.Close()
	var task Task = make(counts, 4)
	b.ReportAllocs()
	for b.Loop() {
		p.Run(4, task)
	}
}
