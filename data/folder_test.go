package data

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

var (
	red   = color.NRGBA{255, 0, 0, 255}
	green = color.NRGBA{0, 255, 0, 255}
	blue  = color.NRGBA{0, 0, 255, 255}
)

func pixels(t *testing.T, d Dataset) []uint8 {
	t.Helper()
	a, err := npy.Map(d.TrainX)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := a.Uint8()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(b)
}

func TestFolderOfImages(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "b.PNG"), pngBytes(t, 9, 5, green))
	writeFile(t, filepath.Join(dir, "a.png"), pngBytes(t, 3, 3, red))
	writeFile(t, filepath.Join(dir, "deeper", "c.jpeg"), jpegBytes(t, 40, 30))
	writeFile(t, filepath.Join(dir, "d.gif"), gifBytes(t))
	writeFile(t, filepath.Join(dir, "notes.txt"), []byte("no image"))
	writeFile(t, filepath.Join(dir, ".hidden.png"), pngBytes(t, 3, 3, blue))
	writeFile(t, filepath.Join(dir, ".git", "x.png"), pngBytes(t, 3, 3, blue))
	d, err := Resolve(t.Context(), dir, Options{CacheDir: t.TempDir(), Size: 4})
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != dir || d.Kind != Images || !slices.Equal(d.Shape, []int{3, 4, 4}) || d.Count != 4 || d.Classes != 0 || d.TrainY != "" {
		t.Errorf("got %+v", d)
	}
	x := pixels(t, d)
	// In the order of the paths: a.png, b.PNG, d.gif (its first frame), deeper/c.jpeg.
	for i, want := range [][3]uint8{{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {0, 0, 0}} {
		const plane = 4 * 4
		for c := range 3 {
			if got := x[(3*i+c)*plane+5]; got != want[c] {
				t.Errorf("image %d, channel %d is %d, want %d", i, c, got, want[c])
			}
		}
	}
}

func jpegBytes(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gifBytes has a blue frame, then a red one.
func gifBytes(t *testing.T) []byte {
	t.Helper()
	g := &gif.GIF{Delay: []int{1, 1}}
	for i := range 2 {
		p := image.NewPaletted(image.Rect(0, 0, 5, 5), color.Palette{blue, red})
		for k := range p.Pix {
			p.Pix[k] = uint8(i)
		}
		g.Image = append(g.Image, p)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSquareIsCutFromTheMiddle(t *testing.T) {
	img := image.NewNRGBA(image.Rect(10, 20, 16, 22)) // 6×2: the middle 2×2 is green, the rest red
	for x := 10; x < 16; x++ {
		for y := 20; y < 22; y++ {
			img.SetNRGBA(x, y, red)
			if x == 12 || x == 13 {
				img.SetNRGBA(x, y, green)
			}
		}
	}
	for i, v := range planes(reading(t, Options{Size: 2}).square(img), 3) {
		if want := []uint8{0, 255, 0}[i/4]; v != want {
			t.Errorf("element %d is %d, want %d", i, v, want)
		}
	}
}

func TestTransparentIsWhiteAndGreyIsLuma(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	if got := planes(reading(t, Options{Size: 1}).square(clear), 3); !slices.Equal(got, []uint8{255, 255, 255}) {
		t.Errorf("transparent became %v", got)
	}
	img := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	img.SetNRGBA(0, 0, green)
	// 0.587 of 255, ITU-R BT.601.
	if got := planes(reading(t, Options{Size: 1}).square(img), 1); !slices.Equal(got, []uint8{150}) {
		t.Errorf("green became %v", got)
	}
}

func TestSubfoldersAreClasses(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"dog/1.png", "cat/1.png", "cat/2.png", "eel/deep/1.png"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), pngBytes(t, 2, 2, color.NRGBA{uint8(10 * i), 0, 0, 255}))
	}
	c := testCache(t)
	m, err := resolve(t.Context(), c, dir, &Options{Size: 2})
	if err != nil {
		t.Fatal(err)
	}
	if m.Dataset.Classes != 3 || !slices.Equal(m.Classes, []string{"cat", "dog", "eel"}) {
		t.Errorf("%d classes: %v", m.Dataset.Classes, m.Classes)
	}
	s, err := Open(m.Dataset)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !slices.Equal(s.labels, []int64{0, 0, 1, 2}) {
		t.Errorf("labels %v", s.labels)
	}
}

func TestOneSubfolderIsNoClass(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "only", "1.png"), pngBytes(t, 2, 2, red))
	d, err := Resolve(t.Context(), dir, Options{CacheDir: t.TempDir()})
	if err != nil || d.Classes != 0 || !slices.Equal(d.Shape, []int{3, 32, 32}) {
		t.Errorf("got %+v, %v", d, err)
	}
}

// hugePNG claims a size in a header of few bytes.
func hugePNG(w, h uint32) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	b = append(b, chunk...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
}

func TestUnreadableImagesAreReportedAndLeftOut(t *testing.T) {
	dir := t.TempDir()
	good := pngBytes(t, 4, 4, red)
	writeFile(t, filepath.Join(dir, "good.png"), good)
	writeFile(t, filepath.Join(dir, "cut.png"), good[:len(good)/2])
	writeFile(t, filepath.Join(dir, "empty.jpg"), nil)
	writeFile(t, filepath.Join(dir, "huge.png"), hugePNG(1<<20, 1<<20))
	writeFile(t, filepath.Join(dir, "text.gif"), []byte("GIF? no."))
	cacheDir := t.TempDir()
	for _, when := range []string{"made", "cached"} {
		var warnings []string
		d, err := Resolve(t.Context(), dir, Options{CacheDir: cacheDir, Warn: func(s string) { warnings = append(warnings, s) }})
		if err != nil || d.Count != 1 {
			t.Fatalf("%s: got %+v, %v", when, d, err)
		}
		if len(warnings) != 4 {
			t.Errorf("%s: warnings %q", when, warnings)
		}
		for i, name := range []string{"cut.png", "empty.jpg", "huge.png", "text.gif"} {
			if !strings.Contains(warnings[i], name) {
				t.Errorf("%s: warning %d is %q, want one of %s", when, i, warnings[i], name)
			}
		}
	}
	if err := os.Remove(filepath.Join(dir, "good.png")); err != nil {
		t.Fatal(err)
	}
	if _, err := Resolve(t.Context(), dir, Options{CacheDir: cacheDir}); fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "none of the 4 images") {
		t.Errorf("got %v", err)
	}
}

func TestChangedFolderIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("%d.png", i)), pngBytes(t, 2, 2, red))
	}
	o := Options{CacheDir: t.TempDir(), Size: 2}
	first, err := Resolve(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "3.png"), pngBytes(t, 2, 2, green))
	second, err := Resolve(t.Context(), dir, o)
	if err != nil || second.Count != 4 || second.Fingerprint == first.Fingerprint {
		t.Errorf("got %+v, %v", second, err)
	}
	o.Channels = 1
	grey, err := Resolve(t.Context(), dir, o)
	if err != nil || !slices.Equal(grey.Shape, []int{1, 2, 2}) || grey.TrainX == second.TrainX {
		t.Errorf("got %+v, %v", grey, err)
	}
}

func TestImageOptions(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.png"), pngBytes(t, 2, 2, red))
	for _, o := range []Options{
		{Size: -1}, {Size: 5000}, {Channels: 2}, {Channels: 4}, {Background: "pink"}, {Zoom: -1}, {Zoom: MaxZoom + 1},
	} {
		o.CacheDir = t.TempDir()
		if _, err := Resolve(t.Context(), dir, o); fault.KindOf(err) != fault.Usage {
			t.Errorf("%+v: got %v", o, err)
		}
	}
}

func TestReadingImagesIsCancelled(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("%d.png", i)), pngBytes(t, 2, 2, red))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cacheDir := t.TempDir()
	if _, err := Resolve(ctx, dir, Options{CacheDir: cacheDir}); fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v", err)
	}
	left, err := filepath.Glob(filepath.Join(cacheDir, "datasets", "*", "[^.]*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// parts lists what is held back for tests of files with these names.
func parts(t *testing.T, names ...string) (l listing, train, test []string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), nil)
	}
	l, err := scan(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range l.train {
		train = append(train, f.path)
	}
	for _, f := range l.test {
		test = append(test, f.path)
	}
	return l, train, test
}

func numberedFiles(folder string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s%02d.png", folder, i)
	}
	return names
}

func TestTestPartOfAFolder(t *testing.T) {
	for _, tt := range []struct {
		name    string
		files   []string
		test    []string
		classes []string
	}{
		{"few", numberedFiles("", 9), nil, nil},
		{"the last tenth", numberedFiles("", 25), []string{"23.png", "24.png"}, nil},
		{"of each class", slices.Concat(numberedFiles("a/", 10), numberedFiles("b/", 29)), []string{"a/09.png", "b/27.png", "b/28.png"}, []string{"a", "b"}},
		{"test folder", append(numberedFiles("", 30), "test/x.png"), []string{"test/x.png"}, nil},
		{"train folder alone", numberedFiles("train/", 30), nil, nil},
		{"both", append(numberedFiles("train/", 30), "test/x.png", "test/y.png"), []string{"test/x.png", "test/y.png"}, nil},
		{"classes in both", []string{"train/cat/1.png", "train/dog/1.png", "test/cat/1.png"}, []string{"test/cat/1.png"}, []string{"cat", "dog"}},
		{"a file of that name", append(numberedFiles("", 10), "test.png"), []string{"test.png"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, train, test := parts(t, tt.files...)
			if !slices.Equal(test, tt.test) || len(train)+len(test) != len(tt.files) || !slices.Equal(l.classes, tt.classes) {
				t.Errorf("%d for training, %v for tests, classes %v", len(train), test, l.classes)
			}
		})
	}
}

func TestTestPartIsResolved(t *testing.T) {
	dir := t.TempDir()
	for i, name := range slices.Concat(numberedFiles("cat/", 10), numberedFiles("dog/", 10)) {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), pngBytes(t, 2, 2, color.NRGBA{uint8(i), 0, 0, 255}))
	}
	d, err := Resolve(t.Context(), dir, Options{CacheDir: t.TempDir(), Size: 2})
	if err != nil || d.Count != 18 {
		t.Fatalf("got %+v, %v", d, err)
	}
	test, err := OpenTest(d)
	if err != nil {
		t.Fatal(err)
	}
	defer test.Close()
	if test.Count != 2 || test.bytes[0] != 9 || test.bytes[12] != 19 || !slices.Equal(test.labels, []int64{0, 1}) {
		t.Errorf("%d test images, %v of the classes %v", test.Count, test.bytes, test.labels)
	}
}

func TestFolderWithTestImagesAlone(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "test", "a.png"), pngBytes(t, 2, 2, red))
	if _, err := Resolve(t.Context(), dir, Options{CacheDir: t.TempDir()}); fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "only those under test") {
		t.Errorf("got %v", err)
	}
}
