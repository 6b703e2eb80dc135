package graph

import "time"

// Profile is the time spent by op, over all its runs. Ops that are computed together are
// one, "Gemm+Add+Relu"; "assign" is what copies results into variables.
type Profile struct {
	Runs int
	Time map[string]time.Duration
	MACs map[string]int64 // multiply-adds of matrix products and convolutions
}

// StartProfile makes the following runs be timed, op by op. It returns what they fill in.
func (e *Executable) StartProfile() *Profile {
	e.profile = &Profile{Time: map[string]time.Duration{}, MACs: map[string]int64{}}
	return e.profile
}

func (e *Executable) runProfiled(counter uint64) {
	last := time.Now()
	lap := func(op string, macs int64) {
		now := time.Now()
		e.profile.Time[op] += now.Sub(last)
		e.profile.MACs[op] += macs
		last = now
	}
	for i := range e.steps {
		s := &e.steps[i]
		s.run(e, counter)
		lap(s.op, s.macs)
	}
	e.assign()
	lap("assign", 0)
	e.profile.Runs++
}
