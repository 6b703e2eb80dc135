package data

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestParseIDX(t *testing.T) {
	a, err := parseIDX(idxBytes([]int{2, 1, 3}, []uint8{1, 2, 3, 4, 5, 6}), "x")
	if err != nil || !slices.Equal(a.shape, []int{2, 1, 3}) || !slices.Equal(a.data, []uint8{1, 2, 3, 4, 5, 6}) {
		t.Errorf("got %v, %v", a, err)
	}
	whole := idxBytes([]int{2, 2}, []uint8{1, 2, 3, 4})
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "begin with an IDX header"},
		{"png", []byte("\x89PNG\r\n\x1a\n"), "begin with an IDX header"},
		{"floats", []byte{0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0}, "type 0x0d"},
		{"no axes", []byte{0, 0, 8, 0}, "0 axes"},
		{"many axes", []byte{0, 0, 8, 200}, "200 axes"},
		{"cut header", whole[:7], "ends in its header"},
		{"cut data", whole[:len(whole)-1], "3 bytes of data"},
		{"tail", append(slices.Clone(whole), 0), "5 bytes of data"},
		{"zero axis", idxBytes([]int{0, 2}, nil), "length 0"},
		{"overflow", idxBytes([]int{1 << 31, 1 << 31, 4}, nil), "larger than any file"},
		{"product", idxBytes([]int{1 << 20, 1 << 20}, nil), "larger than any file"},
	} {
		if _, err := parseIDX(tt.b, "x"); err == nil || !strings.Contains(err.Error(), tt.want) || fault.KindOf(err) != fault.Data {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzParseIDX(f *testing.F) {
	f.Add(idxBytes([]int{2, 2}, []uint8{1, 2, 3, 4}))
	f.Add(idxBytes([]int{1, 1, 1, 1}, []uint8{9}))
	f.Add([]byte{0, 0, 8, 3, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := parseIDX(b, "fuzz")
		if err == nil && !bytes.Equal(idxBytes(a.shape, a.data), b) {
			t.Fatalf("%v with %d bytes is not what the file says", a.shape, len(a.data))
		}
	})
}
