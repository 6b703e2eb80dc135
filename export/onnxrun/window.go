package onnxrun

import "slices"

// window is the geometry that convolutions and pools share, for any number of
// spatial axes.
type window struct {
	kernel, strides, dilations []int
	before, after              []int // padding at the two ends of each axis
	auto                       string
}

// readWindow reads the attributes for windows of the given kernel over spatial
// axes. kernel is nil where the attribute kernel_shape must say it.
func (c *call) readWindow(axes int, kernel []int) window {
	declared := attribute(c, "kernel_shape", []int64(nil))
	switch {
	case declared == nil && kernel == nil:
		c.refuse("attribute kernel_shape is missing")
	case declared != nil:
		k := c.spatial("kernel_shape", axes, 1, 1)
		if kernel != nil && !slices.Equal(k, kernel) {
			c.refuse("attribute kernel_shape %v is not that of the kernel %v", k, kernel)
		}
		kernel = k
	}
	w := window{kernel: kernel, strides: c.spatial("strides", axes, 1, 1), dilations: c.spatial("dilations", axes, 1, 1)}
	w.auto = attribute(c, "auto_pad", "NOTSET")
	switch w.auto {
	case "NOTSET", "":
		pads := c.spatial("pads", 2*axes, 0, 0)
		w.before, w.after = pads[:axes], pads[axes:]
		w.auto = "NOTSET"
	case "VALID", "SAME_UPPER", "SAME_LOWER":
		c.read["pads"] = true
		w.before, w.after = make([]int, axes), make([]int, axes)
	default:
		c.refuse("attribute auto_pad = %q is not known", w.auto)
	}
	return w
}

// span is what the taps of a window cover along an axis.
func (w *window) span(axis int) int { return w.dilations[axis]*(w.kernel[axis]-1) + 1 }

// over sets the padding that auto_pad asks for on an input and returns the
// extents of the result. With ceil a last window may begin inside the input and
// end outside.
func (w *window) over(c *call, input []int, ceil bool) []int {
	out := make([]int, len(input))
	for i, d := range input {
		if w.auto == "SAME_UPPER" || w.auto == "SAME_LOWER" {
			out[i] = (d + w.strides[i] - 1) / w.strides[i]
			w.split(i, max((out[i]-1)*w.strides[i]+w.span(i)-d, 0))
			continue
		}
		room := d + w.before[i] + w.after[i] - w.span(i)
		if room < 0 {
			c.refuse("the window spans %d along axis %d; the padded input has %d", w.span(i), i, d+w.before[i]+w.after[i])
		}
		out[i] = room/w.strides[i] + 1
		if ceil && room%w.strides[i] != 0 && out[i]*w.strides[i] < d+w.before[i] {
			out[i]++
		}
	}
	return out
}

// split shares a padding between the ends of an axis.
func (w *window) split(axis, total int) {
	small, large := total/2, total-total/2
	if w.auto == "SAME_LOWER" {
		w.before[axis], w.after[axis] = large, small
	} else {
		w.before[axis], w.after[axis] = small, large
	}
}
