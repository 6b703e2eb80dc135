package main

import "math"

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

	{"addScalar", "a", "s", widths{4, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.add(x[0], x[1]) }
	}},
	{"mulScalar", "a", "s", widths{4, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.mul(x[0], x[1]) }
	}},
	{"leakyRelu", "a", "alpha", widths{2, 2}, func(m *machine) func(x ...any) vec {
		zero := m.number(0)
		return func(x ...any) vec {
			return m.choose(m.compare(greaterOrEqual, x[0], zero), x[0], m.mul(x[0], x[1]))
		}
	}},

	unary("neg", widths{4, 4}, func(m *machine) func(x any) vec {
		sign := m.pattern(signBit)
		return func(x any) vec { return m.xor(x, sign) }
	}),
	unary("abs", widths{4, 4}, func(m *machine) func(x any) vec {
		magnitude := m.pattern(^uint32(signBit))
		return func(x any) vec { return m.and(x, magnitude) }
	}),
	unary("sign", widths{2, 2}, func(m *machine) func(x any) vec {
		zero, plus, minus := m.number(0), m.number(1), m.number(-1)
		return func(x any) vec {
			y := m.choose(m.compare(greater, x, zero), plus, x)
			return m.choose(m.compare(less, x, zero), minus, y)
		}
	}),
	unary("square", widths{4, 4}, func(m *machine) func(x any) vec {
		return func(x any) vec { return m.mul(x, x) }
	}),
	unary("sqrt", widths{2, 2}, func(m *machine) func(x any) vec { return m.sqrt }),
	unary("reciprocal", widths{2, 2}, func(m *machine) func(x any) vec {
		one := m.number(1)
		return func(x any) vec { return m.div(one, x) }
	}),
	unary("relu", widths{4, 4}, func(m *machine) func(x any) vec {
		zero := m.number(0)
		return func(x any) vec { return m.max(zero, x) }
	}),
	unary("exp", widths{2, 2}, exponential),
	unary("log", widths{2, 2}, logarithm),
	unary("tanh", widths{2, 2}, hyperbolicTangent),
	unary("sigmoid", widths{2, 2}, sigmoid),
	unary("softplus", widths{2, 2}, softplus),
	unary("sin", widths{2, 2}, trigonometric(0)),
	unary("cos", widths{2, 2}, trigonometric(1)),

	{"where", "cond a b", "", widths{2, 2}, func(m *machine) func(x ...any) vec {
		zero := m.number(0)
		return func(x ...any) vec { return m.choose(m.compare(notEqual, x[0], zero), x[1], x[2]) }
	}},

	{"weightedSum", "a b", "s t", widths{4, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.add(m.mul(x[0], x[2]), m.mul(x[1], x[3])) }
	}},
	{"weightedSquare", "a b", "s t", widths{4, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return m.add(m.mul(x[0], x[2]), m.mul(m.mul(x[1], x[1]), x[3])) }
	}},
	{"slope", "a d", "s t", widths{4, 4}, func(m *machine) func(x ...any) vec {
		zero := m.number(0)
		return func(x ...any) vec { return m.mul(x[1], m.choose(m.compare(greater, x[0], zero), x[2], x[3])) }
	}},
	{"descend", "w m v", "u e r", widths{2, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec {
			return m.sub(x[0], m.mul(m.div(x[1], m.add(m.mul(m.sqrt(x[2]), x[3]), x[4])), x[5]))
		}
	}},
}

func unary(name string, w widths, f func(m *machine) func(x any) vec) op {
	return op{name, "a", "", w, func(m *machine) func(x ...any) vec {
		g := f(m)
		return func(x ...any) vec { return g(x[0]) }
	}}
}

func binary(name string, f func(m *machine, x, y any) vec) op {
	return op{name, "a b", "", widths{4, 4}, func(m *machine) func(x ...any) vec {
		return func(x ...any) vec { return f(m, x[0], x[1]) }
	}}
}

func comparison(name string, predicate uint8) op {
	return op{name, "a b", "", widths{4, 4}, func(m *machine) func(x ...any) vec {
		one := m.number(1)
		return func(x ...any) vec { return m.keep(m.compare(predicate, x[0], x[1]), one) }
	}}
}
