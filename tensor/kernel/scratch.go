package kernel

import "sync"

// freeList keeps values that calls use and give back, so that a call allocates
// nothing once as many exist as are in use at the same time. Unlike sync.Pool
// it is not emptied by the garbage collector.
type freeList[T any] struct {
	mu    sync.Mutex
	items []*T
}

// get returns a value in the state in which it was put back, or a new one.
func (f *freeList[T]) get() *T {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := len(f.items) - 1
	if last < 0 {
		return new(T)
	}
	item := f.items[last]
	f.items = f.items[:last]
	return item
}

// put gives a value back.
func (f *freeList[T]) put(item *T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = append(f.items, item)
}
