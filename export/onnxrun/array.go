package onnxrun

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/tensor"
)

// Type is an element type, with ONNX's numbers.
type Type int32

// The element types that arrays have. Strings, complex numbers and bfloat16 are
// not supported.
const (
	Float32 = Type(pb.TensorProto_FLOAT)
	Uint8   = Type(pb.TensorProto_UINT8)
	Int8    = Type(pb.TensorProto_INT8)
	Uint16  = Type(pb.TensorProto_UINT16)
	Int16   = Type(pb.TensorProto_INT16)
	Int32   = Type(pb.TensorProto_INT32)
	Int64   = Type(pb.TensorProto_INT64)
	Bool    = Type(pb.TensorProto_BOOL)
	Float16 = Type(pb.TensorProto_FLOAT16)
	Float64 = Type(pb.TensorProto_DOUBLE)
	Uint32  = Type(pb.TensorProto_UINT32)
	Uint64  = Type(pb.TensorProto_UINT64)
)

// typeInfo is what there is to know about an element type.
type typeInfo struct {
	name  string
	bytes int
	float bool
	make  func(n int) any
}

var typeInfos = map[Type]typeInfo{
	Float32: {"float32", 4, true, func(n int) any { return make([]float32, n) }},
	Uint8:   {"uint8", 1, false, func(n int) any { return make([]uint8, n) }},
	Int8:    {"int8", 1, false, func(n int) any { return make([]int8, n) }},
	Uint16:  {"uint16", 2, false, func(n int) any { return make([]uint16, n) }},
	Int16:   {"int16", 2, false, func(n int) any { return make([]int16, n) }},
	Int32:   {"int32", 4, false, func(n int) any { return make([]int32, n) }},
	Int64:   {"int64", 8, false, func(n int) any { return make([]int64, n) }},
	Bool:    {"bool", 1, false, func(n int) any { return make([]bool, n) }},
	Float16: {"float16", 2, true, func(n int) any { return make([]Half, n) }},
	Float64: {"float64", 8, true, func(n int) any { return make([]float64, n) }},
	Uint32:  {"uint32", 4, false, func(n int) any { return make([]uint32, n) }},
	Uint64:  {"uint64", 8, false, func(n int) any { return make([]uint64, n) }},
}

// String returns Go's name of the type, or ONNX's of one that is not supported.
func (t Type) String() string {
	if i, ok := typeInfos[t]; ok {
		return i.name
	}
	return pb.TensorProto_DataType(t).String()
}

// Array is a value: Data is a slice of the type's elements ([]float32, []int64,
// []bool, … []Half), row-major. Unlike tensor.Tensor it may have no elements.
type Array struct {
	Type  Type
	Shape tensor.Shape
	Data  any
}

// NewArray returns zeros.
func NewArray(t Type, shape ...int) *Array {
	s := tensor.Shape(slices.Clone(shape))
	return &Array{t, s, typeInfos[t].make(s.Size())}
}

// FromTensor makes an array of a tensor's elements, which it shares.
func FromTensor(t *tensor.Tensor) *Array { return &Array{Float32, t.Shape, t.Data} }

// Tensor returns the elements as float32, shared where they are float32 already.
func (a *Array) Tensor() *tensor.Tensor {
	if data, ok := a.Data.([]float32); ok {
		return tensor.Of(data, a.Shape...)
	}
	t := &tensor.Tensor{Shape: a.Shape, Data: make([]float32, a.Shape.Size())}
	a.eachFloat(func(i int, v float64) { t.Data[i] = float32(v) })
	return t
}

// Ints makes an int64 array.
func Ints(data []int64, shape ...int) *Array { return &Array{Int64, shape, data} }

// Clone returns a copy that shares nothing.
func (a *Array) Clone() *Array {
	c := NewArray(a.Type, a.Shape...)
	copyElements(c, a)
	return c
}

func (a *Array) size() int  { return a.Shape.Size() }
func (a *Array) bytes() int { return a.size() * typeInfos[a.Type].bytes }

func (a *Array) String() string { return fmt.Sprintf("%v%v", a.Type, []int(a.Shape)) }

// reshaped is the same elements under another shape.
func (a *Array) reshaped(shape tensor.Shape) *Array { return &Array{a.Type, shape, a.Data} }

// part is the elements from first to before end, which it shares.
func (a *Array) part(first, end int) *Array {
	return &Array{a.Type, tensor.Shape{end - first}, reflect.ValueOf(a.Data).Slice(first, end).Interface()}
}

// Half is an IEEE 754 half-precision number by its bits.
type Half uint16

// Float returns the number, exactly.
func (h Half) Float() float64 {
	sign, exponent, fraction := h>>15, int(h>>10&31), float64(h&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction != 0 {
			return math.NaN()
		}
	default:
		v = math.Ldexp(fraction+1024, exponent-25)
	}
	if sign == 1 {
		v = math.Copysign(v, -1)
	}
	return v
}

// HalfOf rounds to the nearest half, ties to even.
func HalfOf(v float64) Half {
	var sign Half
	if math.Signbit(v) {
		sign, v = 1<<15, -v
	}
	switch {
	case math.IsNaN(v):
		return sign | 0x7e00
	case v >= 65520: // halfway from the largest half to the next power
		return sign | 0x7c00
	case v < math.Ldexp(1, -14): // subnormal: steps of 2⁻²⁴
		return sign | Half(math.RoundToEven(math.Ldexp(v, 24)))
	}
	_, e := math.Frexp(v) // v = f·2ᵉ, f in [½, 1)
	steps := math.RoundToEven(math.Ldexp(v, 11-e))
	return sign | Half(e+13)<<10 + Half(steps) // a carry out of the fraction is what rounding up means
}
