package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// spread repeats an operand along the axes it is broadcast over. Neighbouring
// axes that move alike are taken as one.
type spread struct {
	data    []float32
	extents []int // outermost first
	strides []int // of data, 0 along repeated axes
}

func newSpread(data []float32, from, to tensor.Shape) spread {
	strides := from.Strides()
	s := spread{data: data}
	shift := len(to) - len(from)
	for i, d := range to {
		stride := 0
		if i >= shift && from[i-shift] != 1 {
			stride = strides[i-shift]
		}
		if d == 1 {
			continue
		}
		last := len(s.extents) - 1
		if last >= 0 && s.strides[last] == stride*d {
			s.extents[last] *= d
			s.strides[last] = stride
			continue
		}
		s.extents, s.strides = append(s.extents, d), append(s.strides, stride)
	}
	return s
}

// fill writes the elements from start on of the repeated operand into dst: runs along
// the innermost axis, which are a bias's channels one after the other, and so in steps
// along the axis outside it.
func (s *spread) fill(dst []float32, start int) {
	inner := len(s.extents) - 1
	width, step := s.extents[inner], s.strides[inner]
	turn, stride := 1, 0
	if inner > 0 {
		turn, stride = s.extents[inner-1], s.strides[inner-1]
	}
	row, col := start/width, start%width
	from, left := 0, 0 // in this turn
	for len(dst) > 0 {
		if left == 0 {
			from, left = s.offset(row), turn-row%turn
		}
		n := min(width-col, len(dst))
		if step == 0 {
			kernel.Fill(dst[:n], s.data[from])
		} else {
			copy(dst[:n], s.data[from+col*step:])
		}
		dst, col = dst[n:], 0
		row, from, left = row+1, from+stride, left-1
	}
}

// offset is where data has the first element of a row of the innermost axis.
func (s *spread) offset(row int) int {
	at := 0
	for i := len(s.extents) - 2; i >= 0; i-- {
		at += row % s.extents[i] * s.strides[i]
		row /= s.extents[i]
	}
	return at
}
