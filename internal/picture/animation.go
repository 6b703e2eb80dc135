package picture

import (
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"io"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

// FirstRows cuts a Grid of images of the given height down to its first rows.
func FirstRows(img image.Image, height, rows int) image.Image {
	bounds := img.Bounds()
	bounds.Max.Y = min(bounds.Max.Y, bounds.Min.Y+gap+rows*(height+gap))
	part, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok {
		return img
	}
	return part.SubImage(bounds)
}

// WriteGIF writes frames of one size as an animation that repeats, whole or not
// at all. Each is shown for the delay, the last six times as long.
func WriteGIF(path string, frames []image.Image, delay time.Duration) error {
	colors := colorsOf(frames)
	var drawer draw.Drawer = draw.Src
	if colors == nil {
		colors, drawer = palette.Plan9, draw.FloydSteinberg
	}
	var g gif.GIF
	for i, frame := range frames {
		bounds := frame.Bounds()
		p := image.NewPaletted(image.Rect(0, 0, bounds.Dx(), bounds.Dy()), colors)
		drawer.Draw(p, p.Rect, frame, bounds.Min)
		hundredths := int(delay / (10 * time.Millisecond))
		if i == len(frames)-1 {
			hundredths *= 6
		}
		g.Image = append(g.Image, p)
		g.Delay = append(g.Delay, hundredths)
	}
	return atomicfile.Write(path, func(w io.Writer) error { return gif.EncodeAll(w, &g) })
}

// greys is a palette of 64 levels: the eye sees no more in a moving picture, and
// the file is half as long as with 256.
var greys = func() color.Palette {
	const levels = 64
	p := make(color.Palette, levels)
	for i := range p {
		p[i] = color.Gray{Y: uint8(i * 255 / (levels - 1))}
	}
	return p
}()

// colorsOf returns a palette that fits the frames: greys, or the colours that
// they have; nil when those are more than a palette holds.
func colorsOf(frames []image.Image) color.Palette {
	const most = 256
	seen := map[color.Color]bool{}
	var p color.Palette
	for _, frame := range frames {
		if _, grey := frame.(*image.Gray); grey {
			return greys
		}
		bounds := frame.Bounds()
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				c := frame.At(x, y)
				if seen[c] {
					continue
				}
				if len(p) == most {
					return nil
				}
				seen[c] = true
				p = append(p, c)
			}
		}
	}
	return p
}
