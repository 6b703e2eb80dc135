package iostreams

import (
	"io"
	"sync"
)

// Diversion is a writer whose target can be swapped while others write to it:
// a live progress line diverts logs and warnings so that they scroll by above
// it instead of tearing it.
type Diversion struct {
	mu     sync.Mutex
	target io.Writer
}

// NewDiversion returns a Diversion that writes to w.
func NewDiversion(w io.Writer) *Diversion { return &Diversion{target: w} }

// Write writes to the present target.
func (d *Diversion) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.target.Write(p)
}

// Divert sends what is written from now on to w, until restore is called.
func (d *Diversion) Divert(w io.Writer) (restore func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.target
	d.target = w
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.target = before
	}
}
