package cli

import (
	"slices"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// realData is the data that samples are held against.
type realData struct {
	train, held *data.Source // held is train where the data has no test part
	order       []int32      // of the training examples
	reserved    int          // of order's first, which stand in for a test part
}

func openRealData(d zoo.Dataset, seed uint64) (*realData, error) {
	set := resolvedData(d)
	train, err := data.Open(set)
	if err != nil {
		return nil, err
	}
	r := &realData{train: train, held: train, order: make([]int32, train.Count)}
	tensor.NewStream(seed, "real examples", 0).Perm(r.order)
	if d.TestX == "" {
		r.reserved = min(train.Count/2, maxTestExamples)
		return r, nil
	}
	if r.held, err = data.OpenTest(set); err != nil {
		train.Close()
	}
	return r, err
}

func (r *realData) close() {
	r.train.Close()
	if r.held != r.train {
		r.held.Close()
	}
}

// test is at most n test examples, or of training examples those reserved.
func (r *realData) test(n int) *metrics.Set {
	if r.held == r.train {
		return gather(r.train, r.order[:min(n, r.reserved)])
	}
	first := make([]int32, min(n, r.held.Count))
	for i := range first {
		first[i] = int32(i)
	}
	return gather(r.held, first)
}

// control is n training examples at random, or as many as there are; none is
// among the test examples.
func (r *realData) control(n int) *metrics.Set {
	rest := r.order[r.reserved:]
	return gather(r.train, rest[:min(n, len(rest))])
}

// trainingPart is how many training examples are in memory at once.
const trainingPart = 5000

// training hands over all training examples, in an order of their own.
func (r *realData) training(visit func(*tensor.Tensor) error) error {
	return inParts(r.train, r.order, visit)
}

// rest hands over the training examples but for those that stand in for a test
// part; nil where none do.
func (r *realData) rest() metrics.Examples {
	if r.reserved == 0 {
		return nil
	}
	return func(visit func(*tensor.Tensor) error) error { return inParts(r.train, r.order[r.reserved:], visit) }
}

func inParts(s *data.Source, examples []int32, visit func(*tensor.Tensor) error) error {
	for part := range slices.Chunk(examples, trainingPart) {
		if err := visit(gather(s, part).Examples); err != nil {
			return err
		}
	}
	return nil
}

func gather(s *data.Source, examples []int32) *metrics.Set {
	set := &metrics.Set{Examples: tensor.New(append([]int{len(examples)}, s.Shape...)...)}
	if s.HasLabels() {
		set.Labels = make([]int64, len(examples))
	}
	s.Gather(set.Examples.Data, set.Labels, examples)
	return set
}
