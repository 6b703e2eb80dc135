package onnxrun

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

// gridSample reads an image N×C×H×W at the positions of a grid N×H'×W'×2, in
// −1…1.
func gridSample(c *call) {
	c.arity(2, 2)
	c.floats(0, 1)
	mode := attribute(c, "mode", "bilinear")
	padding := attribute(c, "padding_mode", "zeros")
	align := c.flag("align_corners")
	x, g := c.shape(0), c.shape(1)
	if len(x) != 4 || len(g) != 4 || g[3] != 2 || g[0] != x[0] {
		c.refuse("an image %v and a grid %v", []int(x), []int(g))
	}
	reach := map[string]int{"nearest": 0, "bilinear": 1, "bicubic": 2}
	if _, ok := reach[mode]; !ok {
		c.refuse("attribute mode = %q is not known", mode)
	}
	switch padding {
	case "zeros", "border", "reflection":
	default:
		c.refuse("attribute padding_mode = %q is not known", padding)
	}
	shape := tensor.Shape{x[0], x[1], g[1], g[2]}
	c.checkElements(shape)
	c.work(slow, shape.Size(), 16)
	h, w := x[2], x[3]
	c.compute([]int{0, 1}, Float32, shape, func(in []*Array, out *Array) {
		img, grid, y := in[0].Data.([]float32), in[1].Data.([]float32), out.Data.([]float32)
		pixels := g[1] * g[2]
		for n := range x[0] {
			for p := range pixels {
				at := grid[(n*pixels+p)*2:]
				cols := sampleTaps(float64(at[0]), w, mode, padding, align)
				rows := sampleTaps(float64(at[1]), h, mode, padding, align)
				for ch := range x[1] {
					plane, sum := img[(n*x[1]+ch)*h*w:], float32(0)
					for i, r := range rows.index {
						for k, q := range cols.index {
							sum += rows.weight[i] * cols.weight[k] * plane[r*w+q]
						}
					}
					y[(n*x[1]+ch)*pixels+p] = sum
				}
			}
		}
	})
}

// sampleTaps finds the elements of an axis that position p, in −1…1, is read from.
func sampleTaps(p float64, extent int, mode, padding string, align bool) taps {
	low, high := -0.5, float64(extent)-0.5
	x := ((p+1)*float64(extent) - 1) / 2
	if align {
		low, high = 0, float64(extent-1)
		x = (p + 1) / 2 * float64(extent-1)
	}
	if !(math.Abs(x) < 1<<30) { // NaN too: nowhere near the image
		x = -1 << 30
	}
	inside := func(i float64) float64 {
		switch padding {
		case "border":
			return min(max(i, 0), float64(extent-1))
		case "reflection":
			return min(max(mirrored(i, low, high), 0), float64(extent-1))
		}
		return i
	}
	if mode != "bicubic" {
		x = inside(x)
	}
	floor := math.Floor(x)
	first, weights := floor, []float64{1 - (x - floor), x - floor}
	switch mode {
	case "nearest":
		first, weights = math.RoundToEven(x), []float64{1}
	case "bicubic":
		first, weights = floor-1, cubicWeights(x-floor, -0.75)
	}
	var t taps
	for k, w := range weights {
		i := first + float64(k)
		if mode == "bicubic" {
			i = math.Round(inside(i))
		}
		if i >= 0 && i < float64(extent) {
			t.index, t.weight = append(t.index, int(i)), append(t.weight, float32(w))
		}
	}
	return t
}

// mirrored throws a position back at the two borders until it lies between them.
func mirrored(x, low, high float64) float64 {
	span := high - low
	if span <= 0 {
		return 0
	}
	d := math.Mod(math.Abs(x-low), 2*span)
	if d > span {
		d = 2*span - d
	}
	return low + d
}
