package data

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Labelled chooses n examples whose labels a semi-supervised variant may see:
// as many of each class as of any other, the first classes one more when n is
// no multiple. The choice follows from the seed alone. Unlabelled data, or a
// class with too few examples, is a fault of kind Usage.
func (s *Source) Labelled(n int, seed uint64) ([]int32, error) {
	if s.labels == nil || s.Classes == 0 {
		return nil, fault.New(fault.Usage, "the data has no labels", "--labels", "train without --labels, or choose a labelled dataset such as mnist")
	}
	if n < 1 || n > s.Count {
		return nil, fault.New(fault.Usage, fmt.Sprintf("%d labelled examples of %d", n, s.Count), "--labels", fmt.Sprintf("choose 1 to %d", s.Count))
	}
	quota := make([]int, s.Classes)
	for c := range quota {
		quota[c] = n / s.Classes
		if c < n%s.Classes {
			quota[c]++
		}
	}
	perm := make([]int32, s.Count)
	tensor.NewStream(seed, "labelled", 0).Perm(perm)
	chosen := make([]int32, 0, n)
	for _, e := range perm {
		example := e
		if s.indices != nil {
			example = s.indices[e]
		}
		if c := s.labels[example]; quota[c] > 0 {
			quota[c]--
			chosen = append(chosen, e)
		}
	}
	for c, short := range quota {
		if short > 0 {
			return nil, fault.New(fault.Usage, fmt.Sprintf("class %d has %d examples too few for %d labelled ones", c, short, n), "--labels", "choose fewer")
		}
	}
	return chosen, nil
}

// Subset is a source of the given examples of s alone, with an order of its
// own: the labelled ones, say. It shares the arrays of s and ends with them.
func (s *Source) Subset(examples []int32) *Source {
	sub := *s
	sub.x, sub.y = nil, nil
	sub.orders, sub.recent = [2]order{}, 0
	sub.purpose = s.purpose + " subset"
	sub.Count = len(examples)
	sub.indices = make([]int32, len(examples))
	for i, e := range examples {
		if s.indices != nil {
			e = s.indices[e]
		}
		sub.indices[i] = e
	}
	return &sub
}
