// Package tensor holds dense float32 arrays, row-major, and the counter-based
// random numbers that fill them. Images are N×C×H×W, matrices rows×columns.
//
// It is not a library of operations: those are nodes of a graph (package
// graph) computed by package tensor/kernel.
package tensor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shape lists the extents of a tensor, outermost first. A scalar has none.
type Shape []int

// Size is the number of elements: the product of the extents, 1 for a scalar.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether both shapes have the same extents.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy that shares nothing with s.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// Strides returns the distance in elements between neighbours along each axis.
func (s Shape) Strides() []int {
	st := make([]int, len(s))
	n := 1
	for i := len(s) - 1; i >= 0; i-- {
		st[i] = n
		n *= s[i]
	}
	return st
}

// String writes the shape as 64×1×28×28, a scalar as "scalar".
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 {
			b.WriteString("×")
		}
		b.WriteString(strconv.Itoa(d))
	}
	return b.String()
}

// Tensor is a dense row-major float32 array: element (i, j) of an m×n matrix is
// Data[i·n+j].
type Tensor struct {
	Shape Shape
	Data  []float32 // len = Shape.Size()
}

// New returns a tensor of zeros; without extents, a scalar.
func New(shape ...int) *Tensor {
	s := Shape(shape).Clone()
	return &Tensor{Shape: s, Data: make([]float32, s.Size())}
}

// Of wraps data, which is not copied. It panics when the length does not fit.
func Of(data []float32, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	if s.Size() != len(data) {
		panic(fmt.Sprintf("tensor: %d values do not fill %v", len(data), s))
	}
	return &Tensor{Shape: s, Data: data}
}

// Clone returns a copy that shares nothing with t.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{Shape: t.Shape.Clone(), Data: slices.Clone(t.Data)}
}
