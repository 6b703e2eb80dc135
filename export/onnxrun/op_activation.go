package onnxrun

import (
	"math"
)

func leakyRelu(c *call) {
	c.arity(1, 1)
	c.result(c.tensor(0).LeakyRelu(float64(attribute(c, "alpha", float32(0.01)))))
}

// elu is x where it is above 0, else alpha·(eˣ − 1).
func elu(c *call) {
	c.arity(1, 1)
	alpha := attribute(c, "alpha", float32(1))
	x := c.tensor(0)
	c.result(x.Greater(0).Where(x, x.Min(0).Exp().Sub(1).Mul(alpha)))
}

// celu is max(0, x) + min(0, alpha·(e^(x/alpha) − 1)).
func celu(c *call) {
	c.arity(1, 1)
	alpha := attribute(c, "alpha", float32(1))
	if alpha == 0 {
		c.refuse("attribute alpha is 0")
	}
	x := c.tensor(0)
	c.result(x.Max(0).Add(x.Div(alpha).Exp().Sub(1).Mul(alpha).Min(0)))
}

// selu is gamma·x where x is above 0, else gamma·alpha·(eˣ − 1).
func selu(c *call) {
	c.arity(1, 1)
	alpha := attribute(c, "alpha", float32(1.67326319217681884765625))
	gamma := attribute(c, "gamma", float32(1.05070102214813232421875))
	x := c.tensor(0)
	c.result(x.Greater(0).Where(x, x.Min(0).Exp().Sub(1).Mul(alpha)).Mul(gamma))
}

func hardSigmoid(c *call) {
	c.arity(1, 1)
	alpha, beta := attribute(c, "alpha", float32(0.2)), attribute(c, "beta", float32(0.5))
	c.result(c.tensor(0).Mul(alpha).Add(beta).Clip(0, 1))
}

func hardSwish(c *call) {
	c.arity(1, 1)
	x := c.tensor(0)
	c.result(x.Mul(x.Div(6).Add(0.5).Clip(0, 1)))
}

func thresholdedRelu(c *call) {
	c.arity(1, 1)
	alpha := attribute(c, "alpha", float32(1))
	x := c.tensor(0)
	c.result(x.Greater(alpha).Where(x, 0))
}

// shrink moves what is beyond ±lambd towards 0 by bias; the rest is 0.
func shrink(c *call) {
	c.arity(1, 1)
	lambda, bias := float64(attribute(c, "lambd", float32(0.5))), float64(attribute(c, "bias", float32(0)))
	c.map1(func(x float64) float64 {
		switch {
		case x < -lambda:
			return x + bias
		case x > lambda:
			return x - bias
		}
		return 0
	})
}

func prelu(c *call) {
	c.arity(2, 2)
	c.floats(0, 1)
	if c.opset < 7 && c.rank(1) == 1 && c.rank(0) > 2 {
		c.appendAxes(1, c.rank(0)-2) // one slope a channel
	}
	shape := c.broadcast()
	if !shape.Equal(c.shape(0)) {
		c.refuse("the slope %v does not broadcast to %v", []int(c.shape(1)), []int(c.shape(0)))
	}
	x, slope := c.tensor(0), c.tensor(1)
	c.result(x.Greater(0).Where(x, x.Mul(slope)))
}

// clip takes its bounds as inputs from opset 11 on, as attributes before.
func clip(c *call) {
	c.arity(1, 3)
	c.alike()
	if c.inGraph(Float32, c.all()...) {
		x := c.tensor(0)
		shape := x.Shape()
		switch {
		case c.opset < 11:
			x = x.Max(attribute(c, "min", float32(-math.MaxFloat32))).Min(attribute(c, "max", float32(math.MaxFloat32)))
		default:
			if c.has(1) {
				x = x.Max(c.tensor(1))
			}
			if c.has(2) {
				x = x.Min(c.tensor(2))
			}
		}
		if !x.Shape().Equal(shape) {
			c.refuse("the bounds are no scalars")
		}
		c.result(x)
		return
	}
	if c.opset < 11 {
		c.refuse("input[0] is %v; want float32", c.typ(0))
	}
	low, high := math.Inf(-1), math.Inf(1)
	if c.has(1) {
		low = c.scalar(1)
	}
	if c.has(2) {
		high = c.scalar(2)
	}
	c.compute([]int{0}, c.typ(0), c.shape(0), func(in []*Array, out *Array) {
		if typeInfos[out.Type].float {
			w := make([]float64, out.size())
			in[0].eachFloat(func(i int, v float64) { w[i] = min(max(v, low), high) })
			narrow(out, w)
			return
		}
		w, below, above := make([]int64, out.size()), toInt(low), toInt(high)
		in[0].eachInt(func(i int, v int64) { w[i] = min(max(v, below), above) })
		narrow(out, w)
	})
}

func isNaN(c *call) {
	c.arity(1, 1)
	c.types(0, Float32, Float64, Float16)
	wide(c, Bool, c.shape(0), func(a []float64) float64 {
		if math.IsNaN(a[0]) {
			return 1
		}
		return 0
	})
}

func isInf(c *call) {
	c.arity(1, 1)
	c.types(0, Float32, Float64)
	positive := attribute(c, "detect_positive", int64(1)) != 0
	negative := attribute(c, "detect_negative", int64(1)) != 0
	wide(c, Bool, c.shape(0), func(a []float64) float64 {
		if positive && math.IsInf(a[0], 1) || negative && math.IsInf(a[0], -1) {
			return 1
		}
		return 0
	})
}
