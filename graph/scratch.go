package graph

// Scratch is memory for the values of several executables of which one runs at a
// time, such as the steps of a training. It is as large as the largest needs
// when all are compiled before the first runs. Outputs are not in it: they stay
// until the executable's own next run.
type Scratch struct {
	floats int // that somebody asked for
	values []float32
}

func (s *Scratch) reserve(floats int) { s.floats = max(s.floats, floats) }

// memory returns the shared values, at least as many as asked for. Who came
// before the need grew keeps what it has.
func (s *Scratch) memory(floats int) []float32 {
	s.reserve(floats)
	if len(s.values) < s.floats {
		s.values = make([]float32, s.floats)
	}
	return s.values
}
