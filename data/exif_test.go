package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"slices"
	"testing"
)

// exifSegment is the segment of a JPEG file that says how a picture was held,
// behind another entry.
func exifSegment(order binary.AppendByteOrder, held uint16) []byte {
	mark := map[binary.AppendByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order]
	b := append([]byte("Exif\x00\x00"), mark...)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, entry := range [][2]uint16{{0x0100, 7}, {exifOrientation, held}} {
		b = order.AppendUint16(b, entry[0])
		b = order.AppendUint16(b, exifShort)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, entry[1])
		b = order.AppendUint16(b, 0)
	}
	b = order.AppendUint32(b, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, jpegApplication}, uint16(len(b)+2))
	return append(segment, b...)
}

// held is a JPEG picture with a comment and an Exif segment put behind its start.
func held(t *testing.T, img image.Image, segment []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	comment := []byte{0xff, 0xfe, 0, 4, 'h', 'i'}
	return slices.Concat(b.Bytes()[:2], comment, segment, b.Bytes()[2:])
}

// The corners of an upright picture, clockwise from the upper left, are to be
// dark, less so, bright, white. Each row is where these are in what the camera
// kept, by Exif 2.3's definition of the tag.
func TestPicturesAreBroughtUpright(t *testing.T) {
	upright := [4]uint8{0, 80, 160, 240}
	for turn, kept := range map[uint16][4]int{
		1: {0, 1, 2, 3}, // upper left, upper right, lower right, lower left
		2: {1, 0, 3, 2},
		3: {2, 3, 0, 1},
		4: {3, 2, 1, 0},
		5: {0, 3, 2, 1},
		6: {1, 2, 3, 0}, // the 0th row is the right-hand side
		7: {2, 1, 0, 3},
		8: {3, 0, 1, 2}, // the 0th row is the left-hand side
	} {
		img := image.NewGray(image.Rect(0, 0, 32, 32))
		for corner, what := range kept {
			for y := range 16 {
				for x := range 16 {
					img.SetGray(x+16*[]int{0, 1, 1, 0}[corner], y+16*[]int{0, 0, 1, 1}[corner], color.Gray{upright[what]})
				}
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			path := filepath.Join(t.TempDir(), "held.jpg")
			writeFile(t, path, held(t, img, exifSegment(order, turn)))
			got, err := decodeImage(path, reading(t, Options{Size: 32, Channels: 1}))
			if err != nil {
				t.Fatal(err)
			}
			for corner, at := range []int{8*32 + 8, 8*32 + 24, 24*32 + 24, 24*32 + 8} {
				if d := int(got[at]) - int(upright[corner]); d < -3 || d > 3 {
					t.Errorf("held %d, %v: corner %d is %d, want %d", turn, order, corner, got[at], upright[corner])
				}
			}
		}
	}
}

func TestTurnThatMakesNoSense(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	whole := exifSegment(binary.LittleEndian, 6)
	for name, segment := range map[string][]byte{
		"none":          nil,
		"no such turn":  exifSegment(binary.LittleEndian, 9),
		"zero":          exifSegment(binary.BigEndian, 0),
		"another name":  bytes.Replace(whole, []byte("Exif"), []byte("Meta"), 1),
		"another order": bytes.Replace(whole, []byte("II"), []byte("XX"), 1),
		"far directory": bytes.Replace(whole, []byte{8, 0, 0, 0, 2, 0}, []byte{255, 255, 255, 255, 2, 0}, 1),
	} {
		if got := jpegTurn(bufio.NewReader(bytes.NewReader(held(t, img, segment)))); got != 1 {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func FuzzJPEGTurn(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		f.Add(slices.Concat([]byte{0xff, jpegStart}, exifSegment(order, 6)))
	}
	f.Add([]byte{0xff, jpegStart, 0xff, jpegApplication, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := jpegTurn(bufio.NewReader(bytes.NewReader(b))); got < 1 || got > 8 {
			t.Fatalf("turn %d", got)
		}
	})
}
