package data

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func reading(t *testing.T, o Options) imageReading {
	t.Helper()
	r, err := o.reading()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBackground(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	clear.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 128}) // half of red lies on the background
	for _, tt := range []struct {
		background Background
		half, none []uint8
	}{
		{"", []uint8{255, 127, 127}, []uint8{255, 255, 255}},
		{White, []uint8{255, 127, 127}, []uint8{255, 255, 255}},
		{Black, []uint8{128, 0, 0}, []uint8{0, 0, 0}},
	} {
		got := planes(reading(t, Options{Size: 4, Background: tt.background}).square(clear), 3)
		for c := range 3 {
			if got[16*c] != tt.half[c] || got[16*c+15] != tt.none[c] {
				t.Errorf("%q: channel %d is %d and %d, want %d and %d", tt.background, c, got[16*c], got[16*c+15], tt.half[c], tt.none[c])
			}
		}
	}
}

// A sprite of 1×2 pixels, red over green, lies anywhere in a picture that is
// transparent else.
func sprite() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 9, 7))
	img.SetNRGBA(7, 4, red)
	img.SetNRGBA(7, 5, green)
	return img
}

func TestZoomCentresAndKeepsPixelsSquare(t *testing.T) {
	for _, tt := range []struct {
		name string
		zoom int
		want []string // . for white
	}{
		{"as they are", 1, []string{"......", "......", "..R...", "..G...", "......", "......"}},
		{"twice", 2, []string{"......", "..RR..", "..RR..", "..GG..", "..GG..", "......"}},
		{"filling", 3, []string{".RRR..", ".RRR..", ".RRR..", ".GGG..", ".GGG..", ".GGG.."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			img := reading(t, Options{Size: 6, Zoom: tt.zoom}).square(sprite())
			for y, row := range tt.want {
				for x, want := range row {
					c := map[rune]color.NRGBA{'.': {255, 255, 255, 255}, 'R': red, 'G': green}[want]
					if got := img.RGBAAt(x, y); got != color.RGBA(c) {
						t.Errorf("pixel %d, %d is %v, want %v", x, y, got, c)
					}
				}
			}
		})
	}
}

// What is too large when enlarged is made to fill the image from edge to edge.
func TestZoomThatDoesNotFit(t *testing.T) {
	img := reading(t, Options{Size: 8, Zoom: 5}).square(sprite())
	for x, want := range []bool{false, false, true, true, true, true, false, false} {
		for _, y := range []int{0, 7} {
			if got := img.RGBAAt(x, y) != (color.RGBA{255, 255, 255, 255}); got != want {
				t.Errorf("pixel %d, %d is drawn on: %v, want %v", x, y, got, want)
			}
		}
	}
	long := image.NewGray(image.Rect(0, 0, 4000, 1)) // less than a pixel high when scaled down
	if got := reading(t, Options{Size: 2, Zoom: 1}).square(long); got.Rect.Dx() != 2 {
		t.Errorf("got %v", got.Rect)
	}
}

func TestNothingButTransparent(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	got := planes(reading(t, Options{Size: 2, Zoom: 2, Background: Black}).square(clear), 1)
	if !slices.Equal(got, []uint8{0, 0, 0, 0}) {
		t.Errorf("got %v", got)
	}
}

func TestReadingsAreToldApart(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range []Options{{}, {Size: 64}, {Channels: 1}, {Background: Black}, {Zoom: 1}, {Zoom: 2}} {
		key := folderKey("/pictures", reading(t, o).String())
		if seen[key] {
			t.Errorf("%+v has the place of another reading in the cache", o)
		}
		seen[key] = true
	}
}

// What is said of a folder's images is refused of everything else.
func TestReadingOfWhatIsNoFolder(t *testing.T) {
	c := testCache(t)
	for _, o := range []Options{{Background: Black}, {Zoom: 2}} {
		if _, err := resolve(t.Context(), c, "ring8", &o); fault.KindOf(err) != fault.Usage {
			t.Errorf("%+v: got %v", o, err)
		}
	}
}

// TestLike: what is not said is as another dataset was read, and what a dataset
// does not tell is as always.
func TestLike(t *testing.T) {
	sprites := &Dataset{Kind: Images, Shape: []int{1, 48, 48}, Background: Black, Zoom: 2}
	for _, tt := range []struct {
		name string
		o    Options
		want imageReading
	}{
		{"all", Options{Like: sprites}, imageReading{48, 1, Black, 2}},
		{"but what is said", Options{Like: sprites, Channels: 3, Zoom: 1, Background: White}, imageReading{48, 3, White, 1}},
		{"from before it was recorded", Options{Like: &Dataset{Kind: Images, Shape: []int{3, 64, 64}}}, imageReading{64, 3, White, 0}},
		{"points", Options{Like: &Dataset{Kind: Points, Shape: []int{2}}}, imageReading{32, 3, White, 0}},
	} {
		if got := reading(t, tt.o); got != tt.want {
			t.Errorf("%s: read %v, want %v", tt.name, got, tt.want)
		}
	}
}
