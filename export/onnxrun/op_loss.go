package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// labelled is what the two losses share: scores N×C×…, labels N×…, and weights of
// the classes.
type labelled struct {
	shape, labels tensor.Shape
	ignored       int64
	ignores       bool
	reduction     string
}

func readLabelled(c *call) labelled {
	c.arity(2, 3)
	c.types(0, Float32)
	c.types(1, Int64, Int32)
	c.types(2, Float32)
	l := labelled{shape: c.shape(0), labels: c.shape(1), reduction: attribute(c, "reduction", "mean")}
	_, l.ignores = c.attributes["ignore_index"]
	l.ignored = attribute(c, "ignore_index", int64(0))
	if len(l.shape) < 2 || !l.labels.Equal(append(tensor.Shape{l.shape[0]}, l.shape[2:]...)) {
		c.refuse("scores %v and labels %v", []int(l.shape), []int(l.labels))
	}
	if c.has(2) && !c.shape(2).Equal(tensor.Shape{l.shape[1]}) {
		c.refuse("the weights have the shape %v; want %d values", []int(c.shape(2)), l.shape[1])
	}
	switch l.reduction {
	case "none", "sum", "mean":
	default:
		c.refuse("attribute reduction = %q is not known", l.reduction)
	}
	return l
}

// loss gives the weighted −x at the label of each example, reduced as asked.
func (l *labelled) loss(c *call, logSoftmax bool) {
	shape := l.labels
	if l.reduction != "none" {
		shape = tensor.Shape{}
	}
	classes, plane := l.shape[1], l.shape[2:].Size()
	c.compute(c.all(), Float32, shape, func(in []*Array, out *Array) {
		x := widen[float64](in[0])
		if logSoftmax {
			x = logSoftmaxOf(x, classes, plane)
		}
		losses, sum, total := make([]float64, l.labels.Size()), 0.0, 0.0
		in[1].eachInt(func(i int, label int64) {
			if l.ignores && label == l.ignored {
				return
			}
			k, weight := index(label, classes), 1.0
			if len(in) > 2 && in[2] != nil {
				weight = float64(in[2].Data.([]float32)[k])
			}
			losses[i] = -weight * x[(i/plane*classes+k)*plane+i%plane]
			sum += losses[i]
			total += weight
		})
		switch l.reduction {
		case "none":
			narrow(out, losses)
		case "sum":
			narrow(out, []float64{sum})
		default:
			narrow(out, []float64{sum / total})
		}
	})
}

func logSoftmaxOf(x []float64, classes, plane int) []float64 {
	y := make([]float64, len(x))
	eachLine(len(x), classes, plane, func(start int) {
		top, sum := math.Inf(-1), 0.0
		for k := range classes {
			top = max(top, x[start+k*plane])
		}
		for k := range classes {
			sum += math.Exp(x[start+k*plane] - top)
		}
		for k := range classes {
			y[start+k*plane] = x[start+k*plane] - top - math.Log(sum)
		}
	})
	return y
}

func negativeLogLikelihood(c *call) {
	l := readLabelled(c)
	l.loss(c, false)
}

// softmaxCrossEntropy may also give the logarithms of the probabilities.
func softmaxCrossEntropy(c *call) {
	l := readLabelled(c)
	l.loss(c, true)
	if c.wants(1) {
		c.compute([]int{0}, Float32, l.shape, func(in []*Array, out *Array) {
			narrow(out, logSoftmaxOf(widen[float64](in[0]), l.shape[1], l.shape[2:].Size()))
		})
	}
}
