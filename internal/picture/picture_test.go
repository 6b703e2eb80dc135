package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

func grey(t *testing.T, img image.Image, x, y int) uint8 {
	t.Helper()
	return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y
}

func TestGridPlacesTiles(t *testing.T) {
	// Three images of 1×2 (height 1, width 2) in two columns.
	x := tensor.Of([]float32{-1, 1, 0, 0.5, 1, -1}, 3, 1, 1, 2)
	img, err := Grid(x, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := img.Bounds(), image.Rect(0, 0, 2+2*4, 2+2*3); got != want {
		t.Errorf("bounds %v, want %v", got, want)
	}
	for _, p := range []struct {
		x, y int
		want uint8
	}{{2, 2, 0}, {3, 2, 255}, {6, 2, 128}, {7, 2, 191}, {2, 5, 255}, {3, 5, 0}, {6, 5, 0}, {0, 0, 0}} {
		if got := grey(t, img, p.x, p.y); got != p.want {
			t.Errorf("pixel %d,%d is %d, want %d", p.x, p.y, got, p.want)
		}
	}
}

func TestGridColour(t *testing.T) {
	x := tensor.Of([]float32{1, 0, -1}, 1, 3, 1, 1)
	img, err := Grid(x, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := img.At(2, 2); got != (color.NRGBA{255, 128, 0, 255}) {
		t.Errorf("got %v", got)
	}
	if _, _, _, a := img.At(0, 0).RGBA(); a != 0xffff {
		t.Error("the gap is transparent")
	}
}

func TestGridClampsAndSurvivesNaN(t *testing.T) {
	nan := float32(math.NaN())
	x := tensor.Of([]float32{-7, 7, nan, float32(math.Inf(1)), float32(math.Inf(-1))}, 1, 1, 1, 5)
	img, err := Grid(x, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint8{0, 255, 0, 255, 0} {
		if got := grey(t, img, 2+i, 2); got != want {
			t.Errorf("pixel %d is %d, want %d", i, got, want)
		}
	}
}

// A byte that goes through a loader (x/127.5 − 1) and back is the same byte.
func TestLevelInvertsTheLoader(t *testing.T) {
	for b := range 256 {
		if got := level(float32(b)/127.5 - 1); int(got) != b {
			t.Errorf("%d came back as %d", b, got)
		}
	}
}

func TestShapesRefused(t *testing.T) {
	for _, shape := range [][]int{{4}, {2, 3}, {2, 2, 3, 3}, {0, 1, 2, 2}, {1, 1, 2}} {
		if _, err := Draw(tensor.New(shape...), nil, 0); fault.KindOf(err) != fault.Usage {
			t.Errorf("%v: got %v", shape, err)
		}
	}
}

func TestScatter(t *testing.T) {
	reference := tensor.Of([]float32{-1, -1, 1, 1}, 2, 2)
	points := tensor.Of([]float32{0, 0.5, 9, 9, float32(math.NaN()), 0}, 3, 2)
	img, err := Scatter(points, reference)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, Side, Side) {
		t.Errorf("bounds %v", img.Bounds())
	}
	// x 0, y 0.5 lies above the middle: the extent is 2·(1+2·margin).
	y := Side/2 - int(math.Round(0.5*Side/(2*(1+2*margin))))
	r, g, _, _ := img.At(Side/2, y).RGBA()
	if r>>8 < 200 || g>>8 > 180 {
		t.Errorf("no dot at %d,%d: %v", Side/2, y, img.At(Side/2, y))
	}
	if img.At(Side-1, 0) != (color.NRGBA{255, 255, 255, 255}) {
		t.Error("a point outside was drawn")
	}
}

func TestScatterOfNothing(t *testing.T) {
	nan := float32(math.NaN())
	for _, x := range []*tensor.Tensor{tensor.New(0, 2), tensor.New(3, 2), tensor.Of([]float32{nan, nan}, 1, 2)} {
		if _, err := Scatter(x, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestWritePNGIsDeterministic(t *testing.T) {
	dir := t.TempDir()
	x := tensor.New(4, 1, 3, 3)
	var files [2][]byte
	for i := range files {
		img, err := Grid(x, 2)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "grid.png")
		if err := WritePNG(path, img); err != nil {
			t.Fatal(err)
		}
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same samples gave other bytes")
	}
	if _, err := png.Decode(bytes.NewReader(files[0])); err != nil {
		t.Error(err)
	}
}

func TestPreview(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 2, 3))
	img.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	img.SetNRGBA(0, 1, color.NRGBA{0, 0, 255, 255})
	var b strings.Builder
	if err := Preview(&b, img, 80); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	if !strings.HasPrefix(lines[0], "\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀") || !strings.HasSuffix(lines[0], "\x1b[0m") {
		t.Errorf("got %q", lines[0])
	}
	for _, columns := range []int{1, 2} {
		b.Reset()
		if err := Preview(&b, img, columns); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(strings.SplitN(b.String(), "\n", 2)[0], "▀"); n != columns {
			t.Errorf("%d columns printed, want %d", n, columns)
		}
	}
}
