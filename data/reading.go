package data

import (
	"cmp"
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/draw"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// MaxSize is the largest side that images are scaled to, in pixels: a training on
// larger ones is out of reach.
const MaxSize = 1024

// MaxZoom is the most that a picture's pixels are enlarged.
const MaxZoom = 64

const (
	defaultSize     = 32
	defaultChannels = 3
)

// Background is the colour that transparent parts of images become.
type Background string

const (
	White Background = "white"
	Black Background = "black"
)

// imageReading is how images become arrays.
type imageReading struct {
	size       int // of each side, in pixels
	channels   int // 1 or 3
	background Background
	zoom       int // 0: the largest square is scaled; else each pixel becomes so many each way
}

// String tells readings apart.
func (r imageReading) String() string {
	return fmt.Sprintf("%d×%d in %d channels on %s, zoom %d", r.size, r.size, r.channels, r.background, r.zoom)
}

// reading is how the dataset's images were read, as far as it tells.
func (d *Dataset) reading() imageReading {
	r := imageReading{background: d.Background, zoom: d.Zoom}
	if d.Kind != Images || len(d.Shape) != 3 {
		return r
	}
	r.size = d.Shape[1]
	if channels := d.Shape[0]; channels == 1 || channels == 3 {
		r.channels = channels
	}
	return r
}

// reading fills in the defaults.
func (o *Options) reading() (imageReading, error) {
	var like imageReading
	if o.Like != nil {
		like = o.Like.reading()
	}
	r := imageReading{
		size:       cmp.Or(o.Size, like.size, defaultSize),
		channels:   cmp.Or(o.Channels, like.channels, defaultChannels),
		background: cmp.Or(o.Background, like.background, White),
		zoom:       cmp.Or(o.Zoom, like.zoom),
	}
	refuse := func(where, mend, format string, args ...any) (imageReading, error) {
		return imageReading{}, fault.New(fault.Usage, fmt.Sprintf(format, args...), where, mend)
	}
	switch {
	case r.size < 1 || r.size > MaxSize:
		return refuse("--size", fmt.Sprintf("choose a side of 1 to %d pixels", MaxSize), "images of size %d", r.size)
	case r.channels != 1 && r.channels != 3:
		return refuse("", "choose 1 (grey) or 3 (colour)", "images of %d channels", r.channels)
	case r.background != White && r.background != Black:
		return refuse("--background", "choose white or black", "a background of %q", string(r.background))
	case r.zoom < 0 || r.zoom > MaxZoom:
		return refuse("--zoom", fmt.Sprintf("choose 1 to %d, or leave it out", MaxZoom), "pixels enlarged %d times", r.zoom)
	}
	return r, nil
}

// square makes an image of size×size on the background.
func (r imageReading) square(img image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, r.size, r.size))
	paper := image.White
	if r.background == Black {
		paper = image.Black
	}
	draw.Draw(out, out.Rect, paper, image.Point{}, draw.Src)
	if r.zoom > 0 {
		r.drawZoomed(out, img)
		return out
	}
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	draw.CatmullRom.Scale(out, out.Rect, img, centred(b, side, side), draw.Over, nil)
	return out
}

// drawZoomed puts what is not transparent into the middle, each pixel a square of
// zoom×zoom; what does not fit is scaled down until it does.
func (r imageReading) drawZoomed(out *image.RGBA, img image.Image) {
	box := opaque(img)
	w, h := r.zoom*box.Dx(), r.zoom*box.Dy()
	scaler := draw.Scaler(draw.NearestNeighbor)
	if longer := max(box.Dx(), box.Dy()); r.zoom*longer > r.size {
		w, h = max(1, box.Dx()*r.size/longer), max(1, box.Dy()*r.size/longer)
		scaler = draw.CatmullRom
	}
	scaler.Scale(out, centred(out.Rect, w, h), img, box, draw.Over, nil)
}

// centred is the rectangle of w×h in the middle of another.
func centred(in image.Rectangle, w, h int) image.Rectangle {
	corner := in.Min.Add(image.Pt((in.Dx()-w)/2, (in.Dy()-h)/2))
	return image.Rectangle{corner, corner.Add(image.Pt(w, h))}
}

// opaque is the smallest rectangle with all that is not transparent, or the whole
// image when there is nothing.
func opaque(img image.Image) image.Rectangle {
	var box image.Rectangle
	b := img.Bounds()
	if img.ColorModel() == color.YCbCrModel || img.ColorModel() == color.GrayModel {
		return b
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if _, _, _, a := img.At(x, y).RGBA(); a > 0 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if box.Empty() {
		return b
	}
	return box
}
