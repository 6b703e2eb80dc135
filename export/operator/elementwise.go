package operator

import "github.com/ganzoo/ganzoo/graph"

func unary(f func(*graph.Node) *graph.Node) func(u *use) Value {
	return func(u *use) Value {
		u.arity(1, 1)
		return of(f(u.tensor(0)))
	}
}

func binary(f func(*graph.Node, graph.Operand) *graph.Node) func(u *use) Value {
	return func(u *use) Value {
		u.arity(2, 2)
		return of(f(u.tensor(0), u.tensor(1)))
	}
}

// variadic folds any number of inputs from the left.
func variadic(f func(*graph.Node, graph.Operand) *graph.Node) func(u *use) Value {
	return func(u *use) Value {
		u.arity(1, 64)
		n := u.tensor(0)
		for i := 1; i < len(u.Inputs); i++ {
			n = f(n, u.tensor(i))
			u.shape(n.Shape())
		}
		return of(n)
	}
}

func leakyRelu(u *use) Value {
	u.arity(1, 1)
	return of(u.tensor(0).LeakyRelu(float64(attribute(u, "alpha", float32(0.01)))))
}

// Data types of ONNX (TensorProto.DataType) that Cast may name.
const (
	typeFloat = 1
	typeBool  = 9
)

// cast goes between float32 and bool, which here is a float32 of 0 or 1.
func cast(u *use) Value {
	u.arity(1, 1)
	x := u.tensor(0)
	switch to := attribute(u, "to", int64(0)); to {
	case typeFloat:
		return of(x)
	case typeBool:
		return of(x.Where(1, 0).Expand(x.Shape()...))
	default:
		u.refuse("a cast to data type %d is not supported", to)
	}
	return Value{}
}

func where(u *use) Value {
	u.arity(3, 3)
	return of(u.tensor(0).Where(u.tensor(1), u.tensor(2)))
}

// clip takes its bounds as inputs (opset 11 on) or as attributes (before).
func clip(u *use) Value {
	u.arity(1, 3)
	n := u.tensor(0)
	if low := u.optional(1); low != nil {
		n = n.Max(low)
	} else if u.Attributes["min"] != nil {
		n = n.Max(attribute(u, "min", float32(0)))
	}
	if high := u.optional(2); high != nil {
		n = n.Min(high)
	} else if u.Attributes["max"] != nil {
		n = n.Min(attribute(u, "max", float32(0)))
	}
	return of(n)
}
