package graph

import (
	"cmp"
	"slices"
	"unsafe"
)

// region is memory laid out so that values alive at the same time do not overlap.
type region struct {
	spans []*span
	room  int // floats that it takes
}

const (
	alignment  = 16   // of values in the arena, in floats: a cache line
	pageFloats = 1024 // of the address bits that choose a cache set
)

// layOut places the values: the largest first, each at the lowest offset where
// it meets no other value of its time.
func (r *region) layOut() {
	slices.SortFunc(r.spans, func(a, b *span) int {
		return cmp.Or(b.size()-a.size(), a.birth-b.birth, a.nodes[0].id-b.nodes[0].id)
	})
	total := 0
	var placed []*span // by offset
	for _, s := range r.spans {
		at := 0
		for _, q := range placed {
			if q.death < s.birth || s.death < q.birth {
				continue
			}
			if at+s.room() <= q.offset {
				break
			}
			at = max(at, q.offset+q.room())
		}
		s.offset = at
		i, _ := slices.BinarySearchFunc(placed, at, func(q *span, t int) int { return q.offset - t })
		placed = slices.Insert(placed, i, s)
		total = max(total, at+s.room())
	}
	if total > 0 {
		r.room = total + alignment
	}
}

func (s *span) size() int {
	first, end := s.extent()
	return end - first
}

// room is the space a value takes: whole cache lines, and one more after a
// multiple of a page, lest neighbours compete for the same cache ways.
func (s *span) room() int {
	size := (s.size() + alignment - 1) / alignment * alignment
	if size >= pageFloats && size%pageFloats == 0 {
		size += alignment
	}
	return size
}

// aligned skips to the first cache line's border.
func aligned(memory []float32) []float32 {
	past := int(uintptr(unsafe.Pointer(unsafe.SliceData(memory)))/4) % alignment
	return memory[(alignment-past)%alignment:]
}
