// Package picture draws samples: grids of images, scatters of points, PNG
// files and previews for a terminal. The same input gives the same bytes.
package picture

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// gap is the number of pixels round and between the tiles of a grid.
const gap = 2

// Draw draws samples of either kind: N×C×H×W as a Grid, N×2 as a Scatter.
func Draw(samples, reference *tensor.Tensor, cols int) (image.Image, error) {
	if len(samples.Shape) == 2 {
		return Scatter(samples, reference)
	}
	return Grid(samples, cols)
}

// Grid lays images out in rows of cols, or as near a square as can be when
// cols is 0. The images are N×C×H×W in −1…1, grey (C 1) or RGB (C 3); values
// outside are clamped, NaN is drawn black. Any other shape is a fault of kind
// Usage: samples can come from a third party's plugin.
func Grid(t *tensor.Tensor, cols int) (image.Image, error) {
	s := t.Shape
	if len(s) != 4 || s.Size() == 0 || s.Size() != len(t.Data) || (s[1] != 1 && s[1] != 3) {
		return nil, fault.New(fault.Usage, fmt.Sprintf("a tensor of shape %v is no set of images", s), "",
			"images are N×C×H×W with one channel or three")
	}
	n, c, h, w := s[0], s[1], s[2], s[3]
	if cols <= 0 {
		cols = int(math.Ceil(math.Sqrt(float64(n))))
	}
	cols = min(cols, n)
	rows := (n + cols - 1) / cols
	bounds := image.Rect(0, 0, gap+cols*(w+gap), gap+rows*(h+gap))
	corner := func(i int) image.Point { return image.Pt(gap+i%cols*(w+gap), gap+i/cols*(h+gap)) }

	if c == 1 {
		img := image.NewGray(bounds)
		for i := range n {
			at := corner(i)
			for y := range h {
				row := t.Data[(i*h+y)*w:][:w]
				out := img.Pix[img.PixOffset(at.X, at.Y+y):][:w]
				for x, v := range row {
					out[x] = level(v)
				}
			}
		}
		return img, nil
	}
	img := image.NewNRGBA(bounds)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	plane := h * w
	for i := range n {
		at := corner(i)
		pixels := t.Data[i*3*plane:][:3*plane]
		for y := range h {
			for x := range w {
				p := y*w + x
				img.SetNRGBA(at.X+x, at.Y+y, color.NRGBA{level(pixels[p]), level(pixels[plane+p]), level(pixels[2*plane+p]), 255})
			}
		}
	}
	return img, nil
}

// level maps −1…1 to 0…255, the inverse of a loader's x/127.5 − 1.
func level(v float32) uint8 {
	switch {
	case v >= 1:
		return 255
	case v > -1:
		return uint8((v+1)*127.5 + 0.5)
	}
	return 0 // below, or NaN
}
