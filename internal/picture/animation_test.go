package picture

import (
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWriteGIF: frames come back in their order, with colours as near as the
// format allows.
func TestWriteGIF(t *testing.T) {
	fill := func(img interface {
		image.Image
		Set(x, y int, c color.Color)
	}, at func(x, y int) color.Color) image.Image {
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				img.Set(x, y, at(x, y))
			}
		}
		return img
	}
	bounds := image.Rect(0, 0, 40, 30)
	cases := []struct {
		name   string
		frames []image.Image
		off    int // the largest difference of an 8-bit level
	}{
		{"grey", []image.Image{
			fill(image.NewGray(bounds), func(x, y int) color.Color { return color.Gray{uint8(6 * x)} }),
			fill(image.NewGray(bounds), func(x, y int) color.Color { return color.Gray{uint8(8 * y)} }),
		}, 3},
		{"few colours", []image.Image{
			fill(image.NewNRGBA(bounds), func(x, y int) color.Color { return color.NRGBA{uint8(x & 4 << 5), 17, 200, 255} }),
			fill(image.NewNRGBA(bounds), func(x, y int) color.Color { return color.NRGBA{3, uint8(y & 3 << 6), 90, 255} }),
		}, 0},
		{"many colours", []image.Image{
			fill(image.NewNRGBA(bounds), func(x, y int) color.Color { return color.NRGBA{uint8(6 * x), uint8(8 * y), 90, 255} }),
		}, 128}, // dithered
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.gif")
			if err := WriteGIF(path, c.frames, 200*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			g, err := gif.DecodeAll(f)
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Image) != len(c.frames) || g.Delay[len(g.Delay)-1] != 120 {
				t.Fatalf("%d frames, delays %v", len(g.Image), g.Delay)
			}
			for i, want := range c.frames {
				for y := range bounds.Dy() {
					for x := range bounds.Dx() {
						if d := distance(g.Image[i].At(x, y), want.At(x, y)); d > c.off {
							t.Fatalf("frame %d at %d,%d is %v, want %v", i, x, y, g.Image[i].At(x, y), want.At(x, y))
						}
					}
				}
			}
		})
	}
}

func distance(a, b color.Color) int {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	most := 0
	for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
		most = max(most, max(d, -d)>>8)
	}
	return most
}

func TestFirstRows(t *testing.T) {
	whole := image.NewGray(image.Rect(0, 0, 2+3*30, 2+3*30))
	for rows, want := range map[int]int{1: 32, 2: 62, 3: 92, 9: 92} {
		if got := FirstRows(whole, 28, rows).Bounds(); got.Dy() != want || got.Dx() != 92 {
			t.Errorf("%d rows: %v, want a height of %d", rows, got, want)
		}
	}
}
