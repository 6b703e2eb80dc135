package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// idxBytes writes an IDX file of unsigned bytes.
func idxBytes(shape []int, data []uint8) []byte {
	b := []byte{0, 0, 8, byte(len(shape))}
	for _, d := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

// digits is a dataset in MNIST's layout, small enough for a test: 6 + 2
// images of 2×3, pixel p of image i being 10·i + p.
func digits() (set *idxDataset, files map[string][]byte) {
	images := func(n int) []byte {
		x := make([]uint8, n*6)
		for i := range x {
			x[i] = uint8(i/6*10 + i%6)
		}
		return idxBytes([]int{n, 2, 3}, x)
	}
	files = map[string][]byte{
		trainImages: images(6),
		trainLabels: idxBytes([]int{6}, []uint8{0, 1, 2, 0, 1, 2}),
		testImages:  images(2),
		testLabels:  idxBytes([]int{2}, []uint8{2, 9}),
	}
	set = &idxDataset{name: "digits", title: "Digits", raw: "Digits/raw"}
	for _, name := range []string{trainImages, trainLabels, testImages, testLabels} {
		h := sha256.Sum256(files[name])
		set.files = append(set.files, rawFile{name, int64(len(files[name])), hex.EncodeToString(h[:])})
	}
	return set, files
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// memory is an origin that has its files at hand, and notes that it was asked.
type memory struct {
	name  string
	files map[string][]byte
	asked int
	err   error
}

func (m *memory) String() string { return m.name }

func (m *memory) fetch(_ context.Context, want []rawFile, in *intake) error {
	m.asked++
	err := m.err
	for _, f := range want {
		if b, ok := m.files[f.name]; ok {
			if e := in.take(f, bytes.NewReader(b)); e != nil {
				err = e
			}
		}
	}
	return err
}

func testCache(t *testing.T) cache {
	t.Helper()
	c, err := openCache(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// pngBytes is a w×h picture of one colour.
func pngBytes(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.Set(i%w, i/w, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
