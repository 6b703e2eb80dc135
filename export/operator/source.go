package operator

import "github.com/ganzoo/ganzoo/tensor"

// constant gives its attribute; integers stay integers. Its inputs are not
// looked at: a decoder may have made one up for an operator that has none.
func constant(u *use) Value {
	if len(u.Attributes) != 1 {
		u.refuse("it has %d attributes; want one value", len(u.Attributes))
	}
	for name, value := range u.Attributes {
		u.read[name] = true
		switch v := value.(type) {
		case *tensor.Tensor:
			return of(u.graph.Constant(v))
		case []int64:
			return Value{Ints: v}
		case int64:
			return Value{Ints: []int64{v}}
		case []float32:
			return of(u.graph.Constant(tensor.Of(v, len(v))))
		case float32:
			return of(u.graph.Scalar(float64(v)))
		}
		u.refuse("attribute %s has the unsupported type %T", name, value)
	}
	return Value{}
}

func identity(u *use) Value {
	u.arity(1, 1)
	return u.Inputs[0]
}

// dropout does nothing at inference.
func dropout(u *use) Value {
	u.arity(1, 2)
	attribute(u, "ratio", float32(0.5))
	return of(u.tensor(0))
}
