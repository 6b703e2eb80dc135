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

// decodeImage reads an image file (of a GIF the first frame) and returns it as
// channels×size×size bytes.
func decodeImage(path string, reading imageReading) ([]uint8, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	config, format, err := image.DecodeConfig(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, fmt.Errorf("%d×%d pixels are beyond what is read here", config.Width, config.Height)
	}
	upright := turn(1)
	if format == "jpeg" {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		upright = jpegTurn(bufio.NewReader(f))
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
	// Turned last, when it is small: what is cut from the middle stays there.
	return planes(upright.of(reading.square(img)), reading.channels), nil
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
