package onnxrun

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// taps are the elements that one position of a resized axis is a weighted sum of.
type taps struct {
	index  []int
	weight []float32
	fixed  float32 // the value where there are none
}

// tapBytes is what the taps of a position take at most.
const tapBytes = 128

// resizing is what Resize and Upsample ask for.
type resizing struct {
	mode, coordinates, nearest string
	cubicA                     float64
	excludeOutside             bool
	extrapolation              float32
	roi                        []float64
}

// resize interpolates. Up to opset 10 its only coordinates are asymmetric.
func resize(c *call) {
	r := resizing{mode: attribute(c, "mode", "nearest"), coordinates: "asymmetric", nearest: "floor", cubicA: -0.75}
	scalesInput, sizesInput, roiInput := 1, -1, -1
	if c.opset < 11 {
		c.arity(2, 2)
	} else {
		c.arity(1, 4)
		r.coordinates = attribute(c, "coordinate_transformation_mode", "half_pixel")
		r.nearest = attribute(c, "nearest_mode", "round_prefer_floor")
		r.cubicA = float64(attribute(c, "cubic_coeff_a", float32(-0.75)))
		r.excludeOutside = c.flag("exclude_outside")
		r.extrapolation = attribute(c, "extrapolation_value", float32(0))
		roiInput, scalesInput, sizesInput = 1, 2, 3
	}
	from := c.shape(0)
	shape, scales := make(tensor.Shape, len(from)), make([]float64, len(from))
	switch {
	case c.has(sizesInput) && c.shape(sizesInput).Size() > 0:
		for i, d := range c.exactly(len(from), c.extents(c.ints(sizesInput))) {
			shape[i], scales[i] = d, float64(d)/float64(from[i])
		}
	case c.has(scalesInput) && c.shape(scalesInput).Size() > 0:
		c.scaledShape(shape, scales, widen[float64](c.constant(scalesInput)))
	default:
		c.refuse("neither scales nor sizes are given")
	}
	if r.coordinates == "tf_crop_and_resize" {
		if !c.has(roiInput) || c.shape(roiInput).Size() != 2*len(from) {
			c.refuse("tf_crop_and_resize needs a roi of %d values", 2*len(from))
		}
		r.roi = widen[float64](c.constant(roiInput))
	}
	c.resized(r, shape, scales)
}

// upsample is the older Resize: scales are an attribute before opset 9.
func upsample(c *call) {
	if c.opset > 9 {
		c.refuse("it is not part of opset %d", c.opset)
	}
	r := resizing{mode: attribute(c, "mode", "nearest"), coordinates: "asymmetric", nearest: "floor"}
	var list []float64
	if c.opset < 9 {
		c.arity(1, 1)
		for _, v := range attribute(c, "scales", []float32(nil)) {
			list = append(list, float64(v))
		}
	} else {
		c.arity(2, 2)
		list = widen[float64](c.constant(1))
	}
	shape, scales := make(tensor.Shape, c.rank(0)), make([]float64, c.rank(0))
	c.scaledShape(shape, scales, list)
	c.resized(r, shape, scales)
}

func (c *call) exactly(n int, list []int) []int {
	if len(list) != n {
		c.refuse("there are %d sizes for %d axes", len(list), n)
	}
	return list
}

func (c *call) scaledShape(shape tensor.Shape, scales, list []float64) {
	if len(list) != len(shape) {
		c.refuse("there are %d scales for %d axes", len(list), len(shape))
	}
	for i, s := range list {
		extent := math.Floor(float64(c.shape(0)[i]) * s)
		if !(s > 0) || !(extent <= maxElements) {
			c.refuse("axis %d is scaled by %g", i, s)
		}
		shape[i], scales[i] = int(extent), s
	}
}

// resized interpolates axis by axis.
func (c *call) resized(r resizing, shape tensor.Shape, scales []float64) {
	c.floats(0)
	from := c.shape(0)
	c.checkElements(shape)
	if slices.Contains(shape, 0) || len(scales) == 0 {
		c.refuse("the result has the shape %v", []int(shape))
	}
	positions := 0
	for _, d := range shape {
		positions += d
	}
	c.check(c.trace.budget.array(Int64, []int{positions, tapBytes / 8}))
	axes := make([][]taps, len(shape)) // nil: the axis stays as it is
	for i := range shape {
		if shape[i] == from[i] && scales[i] == 1 && r.coordinates != "tf_crop_and_resize" {
			continue
		}
		for at := range shape[i] {
			axes[i] = append(axes[i], c.tapsAt(&r, i, at, from[i], shape[i], scales[i]))
		}
	}
	// The axes of less growth first, so that the steps between stay small.
	order := axesFrom(0, len(shape))
	slices.SortStableFunc(order, func(a, b int) int { return shape[a]*from[b] - shape[b]*from[a] })
	step, buffers := from.Clone(), 0
	for _, i := range order {
		if step[i] = shape[i]; axes[i] != nil {
			c.room(step)
			widest := 1
			for _, t := range axes[i] {
				widest = max(widest, len(t.index))
			}
			c.work(heavy, step.Size(), widest)
			buffers += typeInfos[Float32].bytes * step.Size()
			c.check(c.trace.budget.scratch(buffers))
		}
	}
	pool := c.pool()
	c.compute([]int{0}, Float32, shape, func(in []*Array, out *Array) {
		x, now := in[0].Data.([]float32), from.Clone()
		for _, i := range order {
			if axes[i] == nil {
				continue
			}
			_, inner := line(now, i)
			extent := now[i]
			now[i] = shape[i]
			y := make([]float32, now.Size())
			resizeAxis(pool, y, x, extent, inner, axes[i])
			x = y
		}
		copy(out.Data.([]float32), x)
	})
}

// resizeAxis computes y, outer×len(axis)×inner, from x, outer×extent×inner.
func resizeAxis(pool *kernel.Pool, y, x []float32, extent, inner int, axis []taps) {
	size := len(axis) * inner
	inParts(pool, len(y)/size, func(first, end int) {
		for o := first; o < end; o++ {
			resizeBlock(y[o*size:(o+1)*size], x[o*extent*inner:], inner, axis)
		}
	})
}

func resizeBlock(y, x []float32, inner int, axis []taps) {
	for p := range axis {
		t, to := &axis[p], y[p*inner:(p+1)*inner]
		if len(t.index) == 1 && t.weight[0] == 1 {
			copy(to, x[t.index[0]*inner:])
			continue
		}
		for i := range to {
			sum := t.fixed
			for k, from := range t.index {
				sum += t.weight[k] * x[from*inner+i]
			}
			to[i] = sum
		}
	}
}

// tapsAt finds what position at of a resized axis is made of. As in the standard's
// reference code, but that the resized extent is a whole number, as it is in
// onnxruntime and PyTorch.
func (c *call) tapsAt(r *resizing, axis, at, extent, resized int, scale float64) taps {
	x := c.position(r, axis, at, extent, resized, scale)
	if r.coordinates == "tf_crop_and_resize" && !(x >= 0 && x <= float64(extent-1)) {
		return taps{fixed: r.extrapolation}
	}
	floor := math.Floor(x)
	ratio := x - floor
	var weights []float64 // of the elements from first on
	first := int(floor)
	switch r.mode {
	case "nearest":
		return taps{index: []int{clampIndex(int(c.nearest(r, floor, ratio)), extent)}, weight: []float32{1}}
	case "linear":
		weights = []float64{1 - ratio, ratio}
	case "cubic":
		weights = cubicWeights(ratio, r.cubicA)
		first--
	default:
		c.refuse("attribute mode = %q is not known", r.mode)
	}
	var t taps
	sum := 0.0
	for k, w := range weights {
		i := first + k
		if r.excludeOutside && (i < 0 || i >= extent) {
			continue
		}
		sum += w
		t.index, t.weight = append(t.index, clampIndex(i, extent)), append(t.weight, float32(w))
	}
	if r.excludeOutside {
		for k := range t.weight {
			t.weight[k] /= float32(sum)
		}
	}
	return t
}

// position is where position at of a resized axis lies on the input's axis.
func (c *call) position(r *resizing, axis, at, extent, resized int, scale float64) float64 {
	switch r.coordinates {
	case "half_pixel":
		return (float64(at)+0.5)/scale - 0.5
	case "pytorch_half_pixel":
		if resized > 1 {
			return (float64(at)+0.5)/scale - 0.5
		}
		return 0
	case "asymmetric":
		return float64(at) / scale
	case "tf_half_pixel_for_nn":
		return (float64(at) + 0.5) / scale
	case "align_corners":
		if resized > 1 {
			return float64(at*(extent-1)) / float64(resized-1)
		}
		return 0
	case "tf_crop_and_resize":
		start, end := r.roi[axis], r.roi[axis+len(r.roi)/2]
		if resized > 1 {
			return start*float64(extent-1) + float64(at)*(end-start)*float64(extent-1)/float64(resized-1)
		}
		return (start + end) / 2 * float64(extent-1)
	}
	c.refuse("attribute coordinate_transformation_mode = %q is not known", r.coordinates)
	return 0
}

func clampIndex(i, extent int) int { return min(max(i, 0), extent-1) }

func (c *call) nearest(r *resizing, floor, ratio float64) float64 {
	up := false
	switch r.nearest {
	case "floor":
	case "ceil":
		up = ratio > 0
	case "round_prefer_floor":
		up = ratio > 0.5
	case "round_prefer_ceil":
		up = ratio >= 0.5
	default:
		c.refuse("attribute nearest_mode = %q is not known", r.nearest)
	}
	if up {
		return floor + 1
	}
	return floor
}

// cubicWeights are those of the four elements round a position, by Keys (1981).
func cubicWeights(t, a float64) []float64 {
	near := func(x float64) float64 { return ((a+2)*x-(a+3))*x*x + 1 }
	far := func(x float64) float64 { return ((a*x-5*a)*x+8*a)*x - 4*a }
	return []float64{far(t + 1), near(t), near(1 - t), far(2 - t)}
}
