package onnxrun

import (
	"fmt"
	"slices"
	"strings"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/tensor"
)

// Port is an input or output of a model.
type Port struct {
	Name string
	Type Type
	Dims []Dim // nil where the number of axes is not declared
	open bool  // the number of axes is not declared
}

// Dim is an extent: fixed, or open and perhaps named.
type Dim struct {
	Size   int    // −1 when open
	Symbol string // of an open one: "N"
}

// port reads a declared type and shape.
func port(v *pb.ValueInfoProto) (Port, error) {
	t := v.GetType().GetTensorType()
	if t == nil {
		return Port{}, fmt.Errorf("it is declared as no tensor")
	}
	p := Port{Name: v.GetName(), Type: Type(t.GetElemType()), open: t.GetShape() == nil}
	if _, ok := typeInfos[p.Type]; !ok {
		return Port{}, fmt.Errorf("data type %v is not supported", p.Type)
	}
	if len(t.GetShape().GetDim()) > maxRank {
		return Port{}, fmt.Errorf("%d axes are more than the %d supported", len(t.GetShape().GetDim()), maxRank)
	}
	fixed := []int{}
	for i, d := range t.GetShape().GetDim() {
		dim := Dim{-1, d.GetDimParam()}
		if v, ok := d.GetValue().(*pb.TensorShapeProto_Dimension_DimValue); ok {
			if v.DimValue < 0 || v.DimValue > maxElements {
				return Port{}, fmt.Errorf("dim[%d] is %d", i, v.DimValue)
			}
			dim.Size = int(v.DimValue)
			fixed = append(fixed, dim.Size)
		}
		p.Dims = append(p.Dims, dim)
	}
	_, err := elements(fixed)
	return p, err
}

// agrees compares a result with the declared type and shape.
func (p Port) agrees(typ Type, shape tensor.Shape) error {
	if typ != p.Type {
		return fmt.Errorf("it is %v, and is declared as %v", typ, p.Type)
	}
	fits := p.open || len(shape) == len(p.Dims)
	for i := 0; fits && i < len(p.Dims); i++ {
		fits = p.Dims[i].Size < 0 || p.Dims[i].Size == shape[i]
	}
	if !fits {
		return fmt.Errorf("it has the shape %v, and is declared as %v", []int(shape), p)
	}
	return nil
}

func (p Port) accept(shape tensor.Shape, symbols map[string]int) error {
	if p.open {
		return nil
	}
	if len(shape) != len(p.Dims) {
		return fmt.Errorf("input %q has the shape %v; want %v", p.Name, []int(shape), p)
	}
	for i, d := range p.Dims {
		want := d.Size
		if before, ok := symbols[d.Symbol]; want < 0 && d.Symbol != "" {
			if !ok {
				before = shape[i]
				symbols[d.Symbol] = before
			}
			want = before
		}
		if want >= 0 && shape[i] != want {
			return fmt.Errorf("input %q has the shape %v; want %d on axis %d", p.Name, []int(shape), want, i)
		}
	}
	return nil
}

// String writes the declared shape: N×3×?×64.
func (p Port) String() string {
	if p.open {
		return "any shape"
	}
	parts := make([]string, len(p.Dims))
	for i, d := range p.Dims {
		switch {
		case d.Size >= 0:
			parts[i] = fmt.Sprint(d.Size)
		case d.Symbol != "":
			parts[i] = d.Symbol
		default:
			parts[i] = "?"
		}
	}
	if len(parts) == 0 {
		return "scalar"
	}
	return strings.Join(parts, "×")
}

// Fixed reports whether every extent is declared.
func (p Port) Fixed() bool {
	return !p.open && !slices.ContainsFunc(p.Dims, func(d Dim) bool { return d.Size < 0 })
}
