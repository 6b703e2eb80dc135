// Package npy reads and writes NumPy's array files, which is how data crosses
// from the host to every plugin: mapped read-only, never copied. It knows the
// three element types the zoo uses (|u1, <i8, <f4) in C order, and refuses the
// rest with a sentence that says how to convert.
//
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npy

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unsafe"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Type is an element type as the format writes it.
type Type string

const (
	Uint8   Type = "|u1"
	Int64   Type = "<i8"
	Float32 Type = "<f4"
)

// Size is the number of bytes of an element, 0 for a type this package does
// not know.
func (t Type) Size() int {
	switch t {
	case Uint8:
		return 1
	case Float32:
		return 4
	case Int64:
		return 8
	}
	return 0
}

// Element is a Go type that an array can hold.
type Element interface{ uint8 | int64 | float32 }

// Array is a row-major array. One that came from Map lives in the file's
// pages: it must not be written to, nor read after Close.
type Array struct {
	Shape []int
	Type  Type
	Bytes []byte // little-endian elements, len = product of Shape × Type.Size()

	name  string
	unmap func() error
}

// Len is the number of elements.
func (a *Array) Len() int { return len(a.Bytes) / a.Type.Size() }

// Close lets go of the mapping. Views taken from the array end with it.
func (a *Array) Close() error {
	unmap := a.unmap
	a.unmap, a.Bytes = nil, nil
	if unmap == nil {
		return nil
	}
	return unmap()
}

// Uint8 views the elements of a |u1 array; another type is a fault of kind Data.
func (a *Array) Uint8() ([]uint8, error) { return view[uint8](a, Uint8) }

// Int64 views the elements of an <i8 array; another type is a fault of kind Data.
func (a *Array) Int64() ([]int64, error) { return view[int64](a, Int64) }

// Float32 views the elements of an <f4 array; another type is a fault of kind Data.
func (a *Array) Float32() ([]float32, error) { return view[float32](a, Float32) }

// view reinterprets the bytes in place, and copies only where the host cannot
// read them so: a big-endian one, or elements that do not start on a multiple
// of their size (NumPy aligns them, other writers need not).
func view[T Element](a *Array, want Type) ([]T, error) {
	if a.Type != want {
		return nil, fault.New(fault.Data, fmt.Sprintf("the array holds %s, not %s", typeName(a.Type), typeName(want)), a.name,
			fmt.Sprintf("save it as %s: np.save(path, x.astype(np.%s))", typeName(want), typeName(want)))
	}
	n := a.Len()
	if n == 0 {
		return nil, nil
	}
	start := unsafe.Pointer(unsafe.SliceData(a.Bytes))
	size := want.Size()
	if littleEndian && uintptr(start)%uintptr(size) == 0 {
		return unsafe.Slice((*T)(start), n), nil
	}
	out := make([]T, n)
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(out))), n*size)
	copy(raw, a.Bytes)
	if !littleEndian {
		swap(raw, size)
	}
	return out, nil
}

// littleEndian says whether the host stores numbers as the files do.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// swap reverses the bytes of each element.
func swap(b []byte, size int) {
	for ; len(b) >= size; b = b[size:] {
		switch size {
		case 4:
			binary.NativeEndian.PutUint32(b, bits.ReverseBytes32(binary.NativeEndian.Uint32(b)))
		case 8:
			binary.NativeEndian.PutUint64(b, bits.ReverseBytes64(binary.NativeEndian.Uint64(b)))
		}
	}
}

// typeName is NumPy's name of an element type.
func typeName(t Type) string {
	switch t {
	case Uint8:
		return "uint8"
	case Int64:
		return "int64"
	case Float32:
		return "float32"
	}
	return fmt.Sprintf("%q", string(t))
}

// ReadTensor reads a float32 array into memory of its own.
func ReadTensor(path string) (*tensor.Tensor, error) {
	a, err := Map(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	x, err := a.Float32()
	if err != nil {
		return nil, err
	}
	return tensor.Of(x, a.Shape...).Clone(), nil
}
