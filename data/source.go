package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
)

// Source draws batches from a dataset's arrays, which it maps. It is for one
// goroutine at a time.
type Source struct {
	Shape   []int // of one example: C×H×W, or 2
	Count   int   // examples that batches are drawn from
	Classes int   // 0 when unlabelled

	x       *npy.Array // nil in a Subset: its owner closes the arrays
	y       *npy.Array
	bytes   []uint8 // one of bytes and floats holds the examples
	floats  []float32
	labels  []int64 // nil when unlabelled
	width   int     // elements of an example
	indices []int32 // of the examples of a Subset; nil: all
	purpose string  // of the random stream that orders the epochs

	// The orders of two epochs, so that batches across a border do not make
	// either twice.
	orders [2]order
	recent int // the order used last
}

// order is the permutation of one epoch.
type order struct {
	made        bool
	seed, epoch uint64
	perm        []int32
}

// normalised maps a byte to −1…1.
var normalised = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(i)/127.5 - 1
	}
	return t
}()

// Open maps the training examples of a dataset. Arrays that are not what the
// dataset says are a fault of kind Data.
func Open(d Dataset) (*Source, error) { return open(&d, d.TrainX, d.TrainY) }

// OpenTest maps the test examples; a dataset without any is a fault of kind
// Data.
func OpenTest(d Dataset) (*Source, error) {
	if d.TestX == "" {
		return nil, fault.New(fault.Data, d.Name+" has no test examples", "", "choose a dataset that has some, such as mnist")
	}
	return open(&d, d.TestX, d.TestY)
}

func open(d *Dataset, x, y string) (_ *Source, err error) {
	s := &Source{Shape: slices.Clone(d.Shape), Classes: d.Classes, purpose: "data"}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.x, err = npy.Map(x); err != nil {
		return nil, err
	}
	unfit := func(path, format string, args ...any) error {
		return fault.New(fault.Data, fmt.Sprintf(format, args...), path, fmt.Sprintf("fetch the dataset again: zoo data fetch %s", d.Name))
	}
	if len(s.x.Shape) == 0 || !slices.Equal(s.x.Shape[1:], d.Shape) {
		return nil, unfit(x, "examples of shape %v where N×%v is wanted", tensor.Shape(s.x.Shape), tensor.Shape(d.Shape))
	}
	s.Count, s.width = s.x.Shape[0], tensor.Shape(d.Shape).Size()
	if s.Count == 0 || s.Count > math.MaxInt32 || s.width == 0 {
		return nil, unfit(x, "%d examples of %d elements", s.Count, s.width)
	}
	switch d.Kind {
	case Images:
		s.bytes, err = s.x.Uint8()
	case Points:
		s.floats, err = s.x.Float32()
	default:
		err = unfit(x, "data of unknown kind %q", d.Kind)
	}
	if err != nil || y == "" {
		return s, err
	}
	if s.y, err = npy.Map(y); err != nil {
		return nil, err
	}
	if s.labels, err = s.y.Int64(); err != nil {
		return nil, err
	}
	if len(s.labels) != s.Count {
		return nil, unfit(y, "%d labels for %d examples", len(s.labels), s.Count)
	}
	for i, l := range s.labels {
		if l < 0 || l >= int64(d.Classes) {
			return nil, unfit(y, "label %d of example %d, with %d classes", l, i, d.Classes)
		}
	}
	return s, nil
}

// Close lets go of the arrays, also under every Subset.
func (s *Source) Close() error {
	var first error
	for _, a := range []*npy.Array{s.x, s.y} {
		if a == nil {
			continue
		}
		if err := a.Close(); first == nil {
			first = err
		}
	}
	s.bytes, s.floats, s.labels = nil, nil, nil
	return first
}

// Width is the number of elements of an example.
func (s *Source) Width() int { return s.width }

// HasLabels reports whether the examples have labels.
func (s *Source) HasLabels() bool { return s.labels != nil }

// Batch fills dst (batch × the example's shape) with batch number index, and
// labels (batch, or nil) with its labels: bytes as x/127.5 − 1, points as they
// are. Batches are cut from an endless row of epochs, each all examples once
// in an order that follows from seed and epoch alone, so none is partial and
// any can be had without those before it. It allocates nothing but the first
// two orders. It panics when labels are asked of unlabelled data: see HasLabels.
func (s *Source) Batch(dst []float32, labels []int64, seed uint64, index int64, batch int) {
	if len(dst) != batch*s.width || (labels != nil && len(labels) != batch) || index < 0 || batch <= 0 || s.Count == 0 {
		panic(fmt.Sprintf("data: batch %d of %d examples of %d elements into %d, labels into %d", index, batch, s.width, len(dst), len(labels)))
	}
	at := uint64(index) * uint64(batch)
	epoch, i := at/uint64(s.Count), int(at%uint64(s.Count))
	for len(dst) > 0 {
		perm := s.order(seed, epoch)
		n := min(len(dst)/s.width, s.Count-i)
		var y []int64
		if labels != nil {
			y, labels = labels[:n], labels[n:]
		}
		s.gather(dst[:n*s.width], y, perm[i:i+n])
		dst = dst[n*s.width:]
		epoch, i = epoch+1, 0
	}
}

// Gather fills dst and labels (or nil) with the examples of the given numbers,
// as Batch does.
func (s *Source) Gather(dst []float32, labels []int64, examples []int32) {
	if len(dst) != len(examples)*s.width || (labels != nil && len(labels) != len(examples)) {
		panic(fmt.Sprintf("data: %d examples of %d elements into %d, labels into %d", len(examples), s.width, len(dst), len(labels)))
	}
	s.gather(dst, labels, examples)
}

func (s *Source) gather(dst []float32, labels []int64, examples []int32) {
	if labels != nil && s.labels == nil {
		panic("data: labels are asked of unlabelled data")
	}
	w := s.width
	for k, e := range examples {
		if s.indices != nil {
			e = s.indices[e]
		}
		out := dst[k*w:][:w]
		if s.bytes != nil {
			in := s.bytes[int(e)*w:][:len(out)]
			for j, b := range in {
				out[j] = normalised[b]
			}
		} else {
			copy(out, s.floats[int(e)*w:][:w])
		}
		if labels != nil {
			labels[k] = s.labels[e]
		}
	}
}

// order returns the permutation of an epoch, from memory when it is one of the
// last two.
func (s *Source) order(seed, epoch uint64) []int32 {
	for i := range s.orders {
		if o := &s.orders[i]; o.made && o.seed == seed && o.epoch == epoch {
			s.recent = i
			return o.perm
		}
	}
	s.recent = 1 - s.recent
	o := &s.orders[s.recent]
	if o.perm == nil {
		o.perm = make([]int32, s.Count)
	}
	o.made, o.seed, o.epoch = true, seed, epoch
	tensor.NewStream(seed, s.purpose, epoch).Perm(o.perm)
	return o.perm
}
