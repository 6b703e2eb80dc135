package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// batchNormalization is the form of inference, and that of training, where mean
// and variance come from the batch and the running ones are outputs.
func batchNormalization(c *call) {
	c.arity(5, 5)
	c.floats(c.all()...)
	if c.opset < 9 {
		c.expect("spatial", 1)
	}
	momentum := attribute(c, "momentum", float32(0.9))
	epsilon := float64(attribute(c, "epsilon", float32(1e-5)))
	x := c.tensor(0)
	scale, bias, mean, variance := c.tensor(1), c.tensor(2), c.tensor(3), c.tensor(4)
	if c.opset < 7 {
		c.expect("is_test", 1)
	}
	if c.opset < 14 || !c.flag("training_mode") {
		c.result(x.BatchNormalization(scale, bias, mean, variance, epsilon))
		return
	}
	axes := []int{0}
	for i := 2; i < c.rank(0); i++ {
		axes = append(axes, i)
	}
	own := x.Mean(axes...)
	ownVariance := x.Sub(own.PerChannel(c.rank(0))).Square().Mean(axes...)
	c.result(x.BatchNormalization(scale, bias, own, ownVariance, epsilon))
	c.result(mean.Mul(momentum).Add(own.Mul(1 - momentum)))
	c.result(variance.Mul(momentum).Add(ownVariance.Mul(1 - momentum)))
}

// standardised is (x − mean)/√(variance + ε) over the axes, and its two statistics.
func standardised(x *graph.Node, epsilon float32, axes []int) (n, mean, deviation *graph.Node) {
	mean = x.MeanKeep(axes...)
	centred := x.Sub(mean)
	deviation = centred.Square().MeanKeep(axes...).Add(epsilon).Sqrt()
	return centred.Div(deviation), mean, deviation
}

func instanceNormalization(c *call) {
	c.arity(3, 3)
	c.floats(0, 1, 2)
	epsilon := attribute(c, "epsilon", float32(1e-5))
	x := c.tensor(0)
	rank := c.rank(0)
	if rank < 3 {
		c.refuse("the input has the shape %v; want spatial axes", []int(x.Shape()))
	}
	for _, i := range []int{1, 2} {
		if !c.shape(i).Equal(tensor.Shape{x.Shape()[1]}) {
			c.refuse("input[%d] has the shape %v; want %d values", i, []int(c.shape(i)), x.Shape()[1])
		}
	}
	n, _, _ := standardised(x, epsilon, axesFrom(2, rank))
	c.result(n.Mul(c.tensor(1).PerChannel(rank)).Add(c.tensor(2).PerChannel(rank)))
}

func axesFrom(first, rank int) []int {
	var axes []int
	for i := first; i < rank; i++ {
		axes = append(axes, i)
	}
	return axes
}

func layerNormalization(c *call) {
	c.arity(2, 3)
	c.floats(c.all()...)
	epsilon := attribute(c, "epsilon", float32(1e-5))
	c.expect("stash_type", 1)
	axis := c.axis(attribute(c, "axis", int64(-1)), c.rank(0))
	shape := c.broadcast()
	if !shape.Equal(c.shape(0)) {
		c.refuse("scale and bias do not broadcast to %v", []int(c.shape(0)))
	}
	n, mean, deviation := standardised(c.tensor(0), epsilon, axesFrom(axis, c.rank(0)))
	n = n.Mul(c.tensor(1))
	if c.has(2) {
		n = n.Add(c.tensor(2))
	}
	c.result(n)
	if c.wants(1) || c.wants(2) {
		c.result(mean)
		c.result(deviation.Reciprocal())
	}
}

// meanVarianceNormalization has its ε outside the root.
func meanVarianceNormalization(c *call) {
	c.arity(1, 1)
	axes := c.axesOf(attribute(c, "axes", []int64{0, 2, 3}), c.rank(0))
	x := c.tensor(0)
	centred := x.Sub(x.MeanKeep(axes...))
	c.result(centred.Div(centred.Square().MeanKeep(axes...).Sqrt().Add(1e-9)))
}

func lpNormalization(c *call) {
	c.arity(1, 1)
	x := c.tensor(0)
	axis := c.axis(attribute(c, "axis", int64(-1)), c.rank(0))
	switch p := attribute(c, "p", int64(2)); p {
	case 1:
		c.result(x.Div(x.Abs().SumKeep(axis)))
	case 2:
		c.result(x.Div(x.Square().SumKeep(axis).Sqrt()))
	default:
		c.refuse("attribute p = %d is neither 1 nor 2", p)
	}
}

// softmax is e^(x − max) over its sum, or the logarithm of that where f is nil.
// Before opset 13 it goes over all axes from axis on.
func softmax(f func(*graph.Node) *graph.Node) func(c *call) {
	return func(c *call) {
		c.arity(1, 1)
		axes := c.softmaxAxes()
		x := c.tensor(0)
		centred := x.Sub(x.MaxKeep(axes...))
		e := centred.Exp()
		if f == nil {
			c.result(centred.Sub(e.SumKeep(axes...).Log()))
			return
		}
		c.result(e.Div(e.SumKeep(axes...)))
	}
}

func (c *call) softmaxAxes() []int {
	if c.rank(0) == 0 {
		c.refuse("the input is a scalar")
	}
	if c.opset >= 13 {
		return []int{c.axis(attribute(c, "axis", int64(-1)), c.rank(0))}
	}
	return axesFrom(c.axis(attribute(c, "axis", int64(1)), c.rank(0)), c.rank(0))
}

// hardmax is 1 at the first of the largest elements, 0 elsewhere.
func hardmax(c *call) {
	c.arity(1, 1)
	c.floats(0)
	axes := c.softmaxAxes()
	shape := c.shape(0)
	first, last := axes[0], axes[len(axes)-1]
	extent, inner := shape[first:last+1].Size(), shape[last+1:].Size()
	c.compute([]int{0}, Float32, shape, func(in []*Array, out *Array) {
		x, y := in[0].Data.([]float32), out.Data.([]float32)
		clear(y)
		eachLine(len(x), extent, inner, func(start int) {
			best := start
			for k := range extent {
				if i := start + k*inner; x[i] > x[best] {
					best = i
				}
			}
			y[best] = 1
		})
	})
}

// dropout does nothing at inference; with training on and a ratio above 0 its
// result is random, which is refused.
func dropout(c *call) {
	c.arity(1, 3)
	ratio := 0.5
	if c.opset < 12 {
		attribute(c, "ratio", float32(0.5))
		ratio = 0
	} else {
		c.read["seed"] = true
		if c.has(1) {
			ratio = c.scalar(1)
		}
		if !c.has(2) || c.scalar(2) == 0 {
			ratio = 0
		}
	}
	if ratio != 0 && !math.IsNaN(ratio) {
		c.refuse("it is in training mode with a ratio of %g: its result would be random", ratio)
	}
	c.pass(0)
	if c.wants(1) {
		mask := NewArray(Bool, c.shape(0)...)
		c.check(c.trace.budget.array(Bool, c.shape(0)))
		for i := range mask.Data.([]bool) {
			mask.Data.([]bool)[i] = true
		}
		c.literal(mask)
	}
}
