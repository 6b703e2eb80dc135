package picture

import (
	"bufio"
	"fmt"
	"image"
	"io"

	"golang.org/x/image/draw"
)

// Preview prints img for a terminal of 24-bit colour, at most columns wide:
// every character is an upper half block whose foreground is one pixel and
// whose background is the pixel below it. An image narrower than that is
// printed a pixel a column.
func Preview(w io.Writer, img image.Image, columns int) error {
	b := img.Bounds()
	if b.Empty() || columns <= 0 {
		return nil
	}
	width, height := b.Dx(), b.Dy()
	if width > columns {
		width, height = columns, max(1, (height*columns+width/2)/width)
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height+height%2))
	draw.CatmullRom.Scale(small, image.Rect(0, 0, width, height), img, b, draw.Src, nil)

	out := bufio.NewWriter(w)
	for y := 0; y < height; y += 2 {
		for x := range width {
			top, bottom := small.RGBAAt(x, y), small.RGBAAt(x, y+1)
			fmt.Fprintf(out, "\x1b[38;2;%d;%d;%dm\x1b[48;2;%d;%d;%dm▀", top.R, top.G, top.B, bottom.R, bottom.G, bottom.B)
		}
		out.WriteString("\x1b[0m\n")
	}
	return out.Flush()
}
