package onnxrun

import (
	"errors"
	"fmt"

	"github.com/ganzoo/ganzoo/export/onnxfile"
)

// Bounds on what a model may ask for, whatever its bytes say.
const (
	maxFile     = 2 << 30 // bytes: protobuf's own limit
	maxElements = 1 << 28 // of one array
	maxRank     = 8       // what the graph's kernels walk
	maxNodes    = 1 << 14 // of a model, and of the pieces that a node may become
	maxExtent   = 1 << 31 // sums and products of two fit 64 bits

	// maxWork is the elements and multiply-adds of a run per example: some
	// seconds. StyleGAN2 at 1024×1024 takes 2³⁷.
	maxWork = 1 << 38

	// What other steps count as, by the multiply-adds that the kernels of matrices
	// take in their time, some fifty a nanosecond.
	swift = 16       // an element of a vector kernel: 0.1 to 0.7 ns
	slow  = 64       // a step of a loop over single elements: 1 ns
	heavy = 4 * slow // an element that is converted, moved by places or allocated, or a weighted sum's term: 2 to 10 ns
	hard  = 8 * slow // a mathematical function in float64: 3 to 17 ns
)

// budget counts what a program takes, in bytes and in work. Numbers above the
// bound are never reached: they are refused before.
type budget struct {
	memory, work       int
	atOnce             int // of work, what is done while a program is traced, before the rest of the model is known
	pieces             int // nodes of graphs beyond one a node
	maxMemory, maxWork int
}

// newBudget bounds a run at a batch size of a model of so many bytes, of which so
// many are held already. explicit, where it is set, is the user's own bound.
func newBudget(file, held, batch, explicit int) *budget {
	b := &budget{memory: held, maxMemory: onnxfile.Allowance(file, batch), maxWork: maxWork * min(max(batch, 1), onnxfile.MaxBatch)}
	if explicit > 0 {
		b.maxMemory = explicit
	}
	return b
}

// array refuses an array that would not fit and counts it.
func (b *budget) array(t Type, shape []int) error {
	n, err := elements(shape)
	if err != nil {
		return err
	}
	need := n * typeInfos[t].bytes
	if need > b.maxMemory-b.memory {
		return &memoryError{need, b.maxMemory - b.memory}
	}
	b.memory += need
	return b.spend(heavy, n)
}

// scratch refuses bytes that are needed for a moment and would not fit.
func (b *budget) scratch(bytes int) error {
	if bytes > b.maxMemory-b.memory {
		return &memoryError{bytes, b.maxMemory - b.memory}
	}
	return nil
}

// split counts the nodes that one node becomes.
func (b *budget) split(nodes int) error {
	if nodes > maxNodes-b.pieces {
		return fmt.Errorf("it and the nodes before it become more than %d pieces", maxNodes)
	}
	b.pieces += nodes
	return nil
}

// fits refuses an array that would not fit, for one that package graph counts.
func (b *budget) fits(shape []int) error {
	n, err := elements(shape)
	if err != nil {
		return err
	}
	if 4*n > b.maxMemory-b.memory {
		return &memoryError{4 * n, b.maxMemory - b.memory}
	}
	return b.spend(swift, n)
}

// spend counts work.
func (b *budget) spend(factors ...int) error {
	work := 1
	for _, f := range factors {
		if f > 0 && work > b.maxWork/f {
			work = b.maxWork + 1
			break
		}
		work *= f
	}
	if work > b.maxWork-b.work {
		return fmt.Errorf("it takes more than the %.2g operations a run may take", float64(b.maxWork))
	}
	b.work += work
	return nil
}

// doAtOnce counts work, spent already, that is done before the model is traced to its
// end. It may be a quarter of the whole, so that a model that is refused in the end
// is refused within a second or so.
func (b *budget) doAtOnce(work int) error {
	if b.atOnce += work; b.atOnce > b.maxWork/4 {
		return fmt.Errorf("what it computes from constants and integers takes more than %.2g operations", float64(b.maxWork/4))
	}
	return nil
}

// memoryError says how much is missing.
type memoryError struct{ need, have int }

func (e *memoryError) Error() string {
	return fmt.Sprintf("it asks for %s where %s are left of what the model may take", onnxfile.Mebibytes(e.need), onnxfile.Mebibytes(e.have))
}

// elements returns the number of elements of a shape, which it checks. It does
// not overflow, whatever the extents.
func elements(shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d axes are more than the %d supported", len(shape), maxRank)
	}
	size, empty := 1, false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("the shape %v has a negative extent", shape)
		case d == 0:
			empty = true
		case d > maxElements/size:
			return 0, fmt.Errorf("the shape %v has more than %d elements", shape, maxElements)
		default:
			size *= d
		}
	}
	if empty {
		return 0, nil
	}
	return size, nil
}

// mend says what helps against running out of memory, and where else a model runs
// whose operators are not known here.
func mend(err error) string {
	var operator *operatorError
	switch {
	case errors.As(err, new(*memoryError)):
		return "ask for fewer examples at once, or, if you trust the model, allow more with --memory"
	case !errors.As(err, &operator):
		return ""
	case operator.since > 0:
		return fmt.Sprintf("export the model with opset %d or later", operator.since)
	default:
		return "run the model with onnxruntime; `zoo inspect` shows what it is made of"
	}
}

// indexError reports an index that a model's data holds.
type indexError struct {
	index  int64
	extent int
}

func (e *indexError) Error() string {
	return fmt.Sprintf("index %d is out of range for %d elements", e.index, e.extent)
}
