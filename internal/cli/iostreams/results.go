package iostreams

import "io"

// results is a writer that remembers the first error: what a verb prints last is
// seldom worth a check of its own.
type results struct {
	w   io.Writer
	err error
}

func (r *results) Write(p []byte) (int, error) {
	n, err := r.w.Write(p)
	if r.err == nil {
		r.err = err
	}
	return n, err
}

// OutError is the first error of writing to Out, or nil.
func (s *IO) OutError() error {
	if r, ok := s.Out.(*results); ok {
		return r.err
	}
	return nil
}
