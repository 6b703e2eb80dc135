package data

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"
)

// maxPixels bounds an image before it is decoded: a small file can claim any
// size. A photograph has 10 to 50 million.
const maxPixels = 1 << 26

// isImage goes by the name; what is inside is found out by decoding.
func isImage(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif":
		return true
	}
	return false
}

// decodeImage reads an image file (of a GIF the first frame), cuts the largest
// square out of its middle, scales that to size×size and returns it as
// channels×size×size bytes. Transparent parts become white.
func decodeImage(path string, size, channels int) ([]uint8, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	config, _, err := image.DecodeConfig(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, fmt.Errorf("%d×%d pixels are beyond what is read here", config.Width, config.Height)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	if img.Bounds().Empty() {
		return nil, errors.New("it has no pixels")
	}
	return planes(square(img, size), channels), nil
}

// square cuts and scales, on white paper.
func square(img image.Image, size int) *image.RGBA {
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	corner := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	draw.CatmullRom.Scale(out, out.Bounds(), img, image.Rectangle{corner, corner.Add(image.Pt(side, side))}, draw.Over, nil)
	return out
}

// planes takes the pixels apart into channels: R, G, B, or the luma of
// color.GrayModel.
func planes(img *image.RGBA, channels int) []uint8 {
	n := img.Rect.Dx() * img.Rect.Dy()
	out := make([]uint8, channels*n)
	for i := range n {
		p := img.Pix[4*i:][:4]
		if channels == 1 {
			out[i] = color.GrayModel.Convert(color.RGBA{p[0], p[1], p[2], 255}).(color.Gray).Y
			continue
		}
		out[i], out[n+i], out[2*n+i] = p[0], p[1], p[2]
	}
	return out
}
