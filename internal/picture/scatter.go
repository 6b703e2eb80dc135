package picture

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

const (
	// Side is the width and height of a scatter, in pixels.
	Side = 480
	// margin is the share of the data's extent left free on each side.
	margin = 0.12
	// maxDots bounds what is drawn of either set: more only blackens the page.
	maxDots = 20_000
)

var (
	axis         = color.NRGBA{228, 228, 232, 255}
	referenceInk = color.NRGBA{120, 124, 136, 255}
	sampleInk    = color.NRGBA{214, 60, 20, 255}
)

// Scatter draws points (N×2) over a faint reference (M×2, or nil) in a square
// of Side pixels whose extent is that of the reference, so that the pictures
// of one run can be laid side by side; points outside it, and those that are
// not finite, are left out. Another shape is a fault of kind Usage.
func Scatter(points, reference *tensor.Tensor) (image.Image, error) {
	for _, t := range []*tensor.Tensor{points, reference} {
		if t != nil && (len(t.Shape) != 2 || t.Shape[1] != 2 || t.Shape.Size() != len(t.Data)) {
			return nil, fault.New(fault.Usage, fmt.Sprintf("a tensor of shape %v is no set of points in the plane", t.Shape), "", "points are N×2")
		}
	}
	frame := reference
	if frame == nil {
		frame = points
	}
	v := fit(frame.Data)
	c := &canvas{image.NewNRGBA(image.Rect(0, 0, Side, Side))}
	for i := range c.Pix {
		c.Pix[i] = 255
	}
	c.axes(v)
	if reference != nil {
		c.dots(v, reference.Data, referenceInk, 1.1, 0.22)
	}
	c.dots(v, points.Data, sampleInk, 1.5, 0.6)
	return c.NRGBA, nil
}

// view maps the plane to pixels: a square round the data, y upwards.
type view struct{ left, top, scale float64 }

func (v view) pixel(x, y float64) (px, py float64) {
	return (x - v.left) * v.scale, (v.top - y) * v.scale
}

// fit frames the finite points among xy (pairs), or the unit square if none.
func fit(xy []float32) view {
	lo := [2]float64{math.Inf(1), math.Inf(1)}
	hi := [2]float64{math.Inf(-1), math.Inf(-1)}
	for i, f := range xy {
		x := float64(f)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		lo[i&1], hi[i&1] = min(lo[i&1], x), max(hi[i&1], x)
	}
	for k := range 2 {
		if lo[k] > hi[k] {
			lo[k], hi[k] = -1, 1
		}
	}
	extent := max(hi[0]-lo[0], hi[1]-lo[1])
	if extent == 0 {
		extent = 1
	}
	side := extent * (1 + 2*margin)
	return view{
		left:  (lo[0]+hi[0])/2 - side/2,
		top:   (lo[1]+hi[1])/2 + side/2,
		scale: Side / side,
	}
}

type canvas struct{ *image.NRGBA }

// axes draws the lines x = 0 and y = 0 where they fall into the picture.
func (c *canvas) axes(v view) {
	x0, y0 := v.pixel(0, 0)
	for i := range Side {
		if x := int(x0); x0 >= 0 && x < Side {
			c.SetNRGBA(x, i, axis)
		}
		if y := int(y0); y0 >= 0 && y < Side {
			c.SetNRGBA(i, y, axis)
		}
	}
}

// dots draws discs of a radius in pixels, smoothed at the edge by one pixel.
func (c *canvas) dots(v view, xy []float32, ink color.NRGBA, radius, opacity float64) {
	for i := 0; i+1 < min(len(xy), 2*maxDots); i += 2 {
		px, py := v.pixel(float64(xy[i]), float64(xy[i+1]))
		if !(px > -radius && px < Side+radius && py > -radius && py < Side+radius) {
			continue // outside, or NaN
		}
		for y := int(math.Floor(py - radius - 1)); y <= int(py+radius+1); y++ {
			for x := int(math.Floor(px - radius - 1)); x <= int(px+radius+1); x++ {
				d := math.Hypot(float64(x)+0.5-px, float64(y)+0.5-py)
				cover := min(max(radius+0.5-d, 0), 1)
				if cover > 0 && image.Pt(x, y).In(c.Rect) {
					c.blend(x, y, ink, cover*opacity)
				}
			}
		}
	}
}

func (c *canvas) blend(x, y int, ink color.NRGBA, a float64) {
	p := c.Pix[c.PixOffset(x, y):][:3]
	for k, v := range [3]uint8{ink.R, ink.G, ink.B} {
		p[k] = uint8(float64(p[k])*(1-a) + float64(v)*a + 0.5)
	}
}
