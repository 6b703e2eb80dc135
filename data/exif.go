package data

import (
	"bufio"
	"encoding/binary"
	"image"
	"io"
)

// turn is how a picture was held, as Exif numbers it: 1 upright, 2 to 8 turned or
// mirrored.
type turn int

// of brings a square picture upright.
func (t turn) of(img *image.RGBA) *image.RGBA {
	if t <= 1 || t > 8 {
		return img
	}
	size := img.Rect.Dx()
	out := image.NewRGBA(img.Rect)
	for y := range size {
		for x := range size {
			fromX, fromY := x, y
			if t >= 5 { // its rows are the columns
				fromX, fromY = y, x
			}
			if t == 2 || t == 3 || t == 7 || t == 8 {
				fromX = size - 1 - fromX
			}
			if t == 3 || t == 4 || t == 6 || t == 7 {
				fromY = size - 1 - fromY
			}
			out.SetRGBA(x, y, img.RGBAAt(fromX, fromY))
		}
	}
	return out
}

// Markers of JPEG (ITU-T T.81, table B.1) and the tag of Exif 2.3 for how a
// picture was held.
const (
	jpegStart       = 0xd8
	jpegApplication = 0xe1
	jpegScan        = 0xda
	jpegEnd         = 0xd9

	exifOrientation = 0x0112
	exifShort       = 3
)

// jpegTurn reads from a JPEG file how the picture was held; 1 when it does not
// say, or makes no sense.
func jpegTurn(r *bufio.Reader) turn {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || head != [2]byte{0xff, jpegStart} {
		return 1
	}
	for {
		var segment [4]byte // the marker, and a length that counts itself
		if _, err := io.ReadFull(r, segment[:]); err != nil || segment[0] != 0xff {
			return 1
		}
		marker, length := segment[1], int(binary.BigEndian.Uint16(segment[2:]))-2
		if length < 0 || marker == jpegScan || marker == jpegEnd {
			return 1
		}
		if marker != jpegApplication {
			if _, err := r.Discard(length); err != nil {
				return 1
			}
			continue
		}
		payload := make([]byte, length)
		if _, err := io.ReadFull(r, payload); err != nil {
			return 1
		}
		if t, ok := exifTurn(payload); ok {
			return t
		}
	}
}

// exifTurn looks through the first directory of a segment of Exif, which is a TIFF
// file behind a name.
func exifTurn(b []byte) (t turn, ok bool) {
	const name = "Exif\x00\x00"
	if len(b) < len(name)+8 || string(b[:len(name)]) != name {
		return 0, false
	}
	b = b[len(name):]
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0, false
	}
	const entrySize = 12
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 0, false
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < entrySize {
			return 0, false
		}
		if order.Uint16(entries) == exifOrientation && order.Uint16(entries[2:]) == exifShort {
			t := turn(order.Uint16(entries[8:]))
			return t, t >= 1 && t <= 8
		}
		entries = entries[entrySize:]
	}
	return 0, false
}
