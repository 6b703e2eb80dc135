package onnxrun

import (
	"encoding/binary"
	"fmt"
	"math"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/tensor"
)

// decodeTensor makes an array of a tensor, whose data must fill its shape
// exactly. The raw bytes of external data are given; nil where there are none.
func decodeTensor(t *pb.TensorProto, external []byte) (*Array, error) {
	typ := Type(t.GetDataType())
	info, known := typeInfos[typ]
	if !known {
		return nil, fmt.Errorf("data type %v is not supported", typ)
	}
	shape, err := shapeOf(t.GetDims())
	if err != nil {
		return nil, err
	}
	n := shape.Size()
	raw := t.GetRawData()
	if external != nil {
		raw = external
	}
	typed := typedData(t)
	given := 0
	for _, list := range typed {
		given += list.len
	}
	if len(raw) > 0 && given > 0 {
		return nil, fmt.Errorf("it has its data twice: raw_data and a typed field")
	}
	if given == 0 {
		if len(raw) != n*info.bytes {
			return nil, fmt.Errorf("it has %d bytes of data; %v%v takes %d", len(raw), typ, []int(shape), n*info.bytes)
		}
		a := NewArray(typ, shape...)
		decodeRaw(a, raw)
		return a, nil
	}
	if given != n {
		return nil, fmt.Errorf("it has %d values; the shape %v takes %d", given, []int(shape), n)
	}
	for _, list := range typed {
		if list.len == 0 {
			continue
		}
		for _, of := range list.of {
			if of == typ {
				a := NewArray(typ, shape...)
				return a, list.decode(a)
			}
		}
		return nil, fmt.Errorf("values of %v do not belong in %s", typ, list.field)
	}
	return nil, nil
}

func shapeOf(dims []int64) (tensor.Shape, error) {
	if len(dims) > maxRank {
		return nil, fmt.Errorf("%d axes are more than the %d supported", len(dims), maxRank)
	}
	shape := make(tensor.Shape, len(dims))
	for i, d := range dims {
		if d < 0 || d > maxElements {
			return nil, fmt.Errorf("dims[%d] is %d", i, d)
		}
		shape[i] = int(d)
	}
	_, err := elements(shape)
	return shape, err
}

// typedList is one of the fields that hold data by type.
type typedList struct {
	field  string
	len    int
	of     []Type
	decode func(a *Array) error
}

func typedData(t *pb.TensorProto) []typedList {
	return []typedList{
		{"float_data", len(t.GetFloatData()), []Type{Float32}, func(a *Array) error {
			copy(a.Data.([]float32), t.GetFloatData())
			return nil
		}},
		{"double_data", len(t.GetDoubleData()), []Type{Float64}, func(a *Array) error {
			copy(a.Data.([]float64), t.GetDoubleData())
			return nil
		}},
		{"int64_data", len(t.GetInt64Data()), []Type{Int64}, func(a *Array) error {
			copy(a.Data.([]int64), t.GetInt64Data())
			return nil
		}},
		{"uint64_data", len(t.GetUint64Data()), []Type{Uint64, Uint32}, func(a *Array) error {
			w := make([]int64, a.size())
			for i, v := range t.GetUint64Data() {
				if w[i] = int64(v); a.Type == Uint32 && v > math.MaxUint32 {
					return fmt.Errorf("uint64_data[%d] = %d does not fit %v", i, v, a.Type)
				}
			}
			narrow(a, w)
			return nil
		}},
		{"int32_data", len(t.GetInt32Data()), []Type{Int32, Int16, Int8, Uint16, Uint8, Bool, Float16}, func(a *Array) error {
			if bits, ok := a.Data.([]Half); ok {
				for i, v := range t.GetInt32Data() {
					bits[i] = Half(v)
				}
				return nil
			}
			w := make([]int64, a.size())
			for i, v := range t.GetInt32Data() {
				w[i] = int64(v)
			}
			narrow(a, w)
			return nil
		}},
	}
}

// decodeRaw reads little-endian elements, as many as the array has.
func decodeRaw(a *Array, raw []byte) {
	le := binary.LittleEndian
	switch d := a.Data.(type) {
	case []float32:
		for i := range d {
			d[i] = math.Float32frombits(le.Uint32(raw[4*i:]))
		}
	case []float64:
		for i := range d {
			d[i] = math.Float64frombits(le.Uint64(raw[8*i:]))
		}
	case []uint8:
		copy(d, raw)
	case []int8:
		for i := range d {
			d[i] = int8(raw[i])
		}
	case []bool:
		for i := range d {
			d[i] = raw[i] != 0
		}
	case []uint16:
		for i := range d {
			d[i] = le.Uint16(raw[2*i:])
		}
	case []int16:
		for i := range d {
			d[i] = int16(le.Uint16(raw[2*i:]))
		}
	case []Half:
		for i := range d {
			d[i] = Half(le.Uint16(raw[2*i:]))
		}
	case []uint32:
		for i := range d {
			d[i] = le.Uint32(raw[4*i:])
		}
	case []int32:
		for i := range d {
			d[i] = int32(le.Uint32(raw[4*i:]))
		}
	case []uint64:
		for i := range d {
			d[i] = le.Uint64(raw[8*i:])
		}
	case []int64:
		for i := range d {
			d[i] = int64(le.Uint64(raw[8*i:]))
		}
	}
}
