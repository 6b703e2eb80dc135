package picture

import (
	"image"
	"image/png"
	"io"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

// WritePNG writes img to path, whole or not at all.
func WritePNG(path string, img image.Image) error {
	return atomicfile.Write(path, func(w io.Writer) error { return png.Encode(w, img) })
}
