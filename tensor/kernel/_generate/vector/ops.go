package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
)

var (
	negativeInfinity = math.Inf(-1)
	positiveInfinity = math.Inf(1)
)

const signBit = 1 << 31

// ops are the element-wise kernels but for fill.
var ops = []op{
	binary("add", (*machine).add),
	binary("sub", (*machine).sub),
	binary("mul", (*machine).mul),
	binary("div", (*machine).div),
	binary("max", func(m *machine, x, y any) vec { return m.choose(m.compare(unordered, x, x), x, m.max(x, y)) }),
	binary("min", func(m *machine, x, y any) vec { return m.choose(m.compare(unordered, x, x), x, m.min(x, y)) }),
	comparison("greater", greater),
	comparison("greaterOrEqual", greaterOrEqual),
	comparison("equal", equal),

	{"addScalar", "a", "s", 4, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.add(x[0], x[1]) }
	}},
	{"mulScalar", "a", "s", 4, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.mul(x[0], x[1]) }
	}},
	{"leakyRelu", "a", "alpha", 2, func(m *machine) func(x ...any) vec {
		zero := m.number(0)
		return func(x ...any) vec {
			return m.choose(m.compare(greaterOrEqual, x[0], zero), x[0], m.mul(x[0], x[1]))
		}
	}},

	unary("neg", 4, func(m *machine) func(x any) vec {
		sign := m.pattern(signBit)
		return func(x any) vec { return m.xor(x, sign) }
	}),
	unary("abs", 4, func(m *machine) func(x any) vec {
		magnitude := m.pattern(^uint32(signBit))
		return func(x any) vec { return m.and(x, magnitude) }
	}),
	unary("sign", 2, func(m *machine) func(x any) vec {
		zero, plus, minus := m.number(0), m.number(1), m.number(-1)
		return func(x any) vec {
			y := m.choose(m.compare(greater, x, zero), plus, x)
			return m.choose(m.compare(less, x, zero), minus, y)
		}
	}),
	unary("square", 4, func(m *machine) func(x any) vec {
		return func(x any) vec { return m.mul(x, x) }
	}),
	unary("sqrt", 2, func(m *machine) func(x any) vec { return m.sqrt }),
	unary("reciprocal", 2, func(m *machine) func(x any) vec {
		one := m.number(1)
		return func(x any) vec { return m.div(one, x) }
	}),
	unary("relu", 4, func(m *machine) func(x any) vec {
		zero := m.number(0)
		return func(x any) vec { return m.max(zero, x) }
	}),
	unary("exp", 1, exponential),
	unary("log", 1, logarithm),
	unary("tanh", 1, hyperbolicTangent),
	unary("sigmoid", 1, sigmoid),
	unary("softplus", 1, softplus),

	{"where", "cond a b", "", 2, func(m *machine) func(x ...any) vec {
		zero := m.number(0)
		return func(x ...any) vec { return m.choose(m.compare(notEqual, x[0], zero), x[1], x[2]) }
	}},
	{"mulAdd", "a b c", "", 2, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec {
			VFMADD231PS(x[1].(vec), x[0].(vec), x[2].(vec))
			return x[2].(vec)
		}
	}},
}

func unary(name string, unroll int, f func(m *machine) func(x any) vec) op {
	return op{name, "a", "", unroll, func(m *machine) func(x ...any) vec {
		g := f(m)
		return func(x ...any) vec { return g(x[0]) }
	}}
}

func binary(name string, f func(m *machine, x, y any) vec) op {
	return op{name, "a b", "", 4, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return f(m, x[0], x[1]) }
	}}
}

func comparison(name string, predicate uint8) op {
	return op{name, "a b", "", 4, func(m *machine) func(x ...any) vec {
		one := m.number(1)
		return func(x ...any) vec { return m.keep(m.compare(predicate, x[0], x[1]), one) }
	}}
}
