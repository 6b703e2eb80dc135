package npy

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// file returns a version 1 file with the header as given.
func file(dict string, data []byte) []byte {
	b := []byte(magic + "\x01\x00")
	b = append(b, byte(len(dict)), byte(len(dict)>>8))
	return append(append(b, dict...), data...)
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	t.Run("uint8", func(t *testing.T) {
		path := filepath.Join(dir, "u1.npy")
		want := []uint8{0, 1, 2, 253, 254, 255}
		if err := WriteFile(path, []int{1, 2, 3}, want); err != nil {
			t.Fatal(err)
		}
		a, err := Map(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		got, err := a.Uint8()
		if err != nil || !slices.Equal(got, want) || !slices.Equal(a.Shape, []int{1, 2, 3}) || a.Len() != 6 {
			t.Errorf("got %v %v, %v", a.Shape, got, err)
		}
	})
	t.Run("int64", func(t *testing.T) {
		path := filepath.Join(dir, "i8.npy")
		want := []int64{math.MinInt64, -1, 0, math.MaxInt64}
		if err := WriteFile(path, []int{4}, want); err != nil {
			t.Fatal(err)
		}
		a, err := Map(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if got, err := a.Int64(); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v", got, err)
		}
	})
	t.Run("float32", func(t *testing.T) {
		path := filepath.Join(dir, "f4.npy")
		want := []float32{-1, 0.5, float32(math.Inf(1)), math.SmallestNonzeroFloat32}
		if err := WriteFile(path, []int{2, 2}, want); err != nil {
			t.Fatal(err)
		}
		x, err := ReadTensor(path)
		if err != nil || !slices.Equal(x.Data, want) || x.Shape.String() != "2×2" {
			t.Errorf("got %v, %v", x, err)
		}
	})
	t.Run("empty", func(t *testing.T) {
		path := filepath.Join(dir, "empty.npy")
		if err := WriteFile(path, []int{0, 2}, []float32{}); err != nil {
			t.Fatal(err)
		}
		x, err := ReadTensor(path)
		if err != nil || len(x.Data) != 0 {
			t.Errorf("got %v, %v", x, err)
		}
	})
}

// The header is np.save's own (NumPy 1.24: np.save(path, np.zeros(3, np.uint8))).
func TestHeaderIsNumPys(t *testing.T) {
	want := "\x93NUMPY\x01\x00\x76\x00{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"
	got := Header(Uint8, []int{3})
	if !strings.HasPrefix(got, want) || len(got) != 128 || !strings.HasSuffix(got, " \n") {
		t.Errorf("got %q", got)
	}
	if len(Header(Float32, []int{60000, 3, 64, 64}))%64 != 0 {
		t.Error("the elements are not aligned")
	}
}

func TestWriteRefusesAnotherLength(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, []int{2, 2}, []float32{1}); err == nil || b.Len() != 0 {
		t.Errorf("got %v and %d bytes", err, b.Len())
	}
}

func TestVersions(t *testing.T) {
	const dict = "{'shape': (2,), 'fortran_order': False, 'descr': '<f4'}\n"
	data := []byte{0, 0, 128, 63, 0, 0, 0, 64} // 1, 2
	for version := byte(1); version <= 3; version++ {
		b := []byte(magic)
		b = append(b, version, 0, byte(len(dict)), 0)
		if version > 1 {
			b = append(b, 0, 0)
		}
		b = append(append(b, dict...), data...)
		a, err := Parse(b, "x.npy")
		if err != nil {
			t.Errorf("version %d: %v", version, err)
			continue
		}
		// Whatever the header's length made of the alignment, the view is right.
		if x, err := a.Float32(); err != nil || !slices.Equal(x, []float32{1, 2}) {
			t.Errorf("version %d: got %v, %v", version, x, err)
		}
	}
}

func TestRefused(t *testing.T) {
	whole := file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", make([]byte, 8))
	tests := []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "not a .npy file"},
		{"text", []byte("hello, this is text"), "not a .npy file"},
		{"version", []byte(magic + "\x09\x00\x00\x00"), "version 9"},
		{"cut in length", []byte(magic + "\x01\x00\x76"), "ends in its header"},
		{"cut in header", whole[:30], "ends in its header"},
		{"cut in data", whole[:len(whole)-1], "truncated"},
		{"tail", append(slices.Clone(whole), 0), "1 bytes after"},
		{"long header", []byte(magic + "\x02\x00\xff\xff\xff\xff"), "longer"},
		{"float64", file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", make([]byte, 8)), `"<f8"`},
		{"big-endian", file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", make([]byte, 4)), `">f4"`},
		{"object", file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", make([]byte, 8)), `"|O"`},
		{"record", file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", make([]byte, 4)), "quoted string"},
		{"fortran", file("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", make([]byte, 4)), "Fortran"},
		{"negative", file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", make([]byte, 4)), "whole number"},
		{"overflow", file("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", nil), "truncated"},
		{"huge", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", nil), "truncated"},
		{"twice", file("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", nil), "twice"},
		{"missing", file("{'descr': '<f4', 'shape': (1,), }", nil), "missing"},
		{"unknown", file("{'descr': '<f4', 'colour': 'red', 'shape': (1,), }", nil), "unknown key"},
		{"axes", file("{'descr': '|u1', 'fortran_order': False, 'shape': ("+strings.Repeat("1,", 65)+"), }", []byte{0}), "more than 64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.b, "x.npy")
			if err == nil || !strings.Contains(err.Error(), tt.want) || fault.KindOf(err) != fault.Data {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestViewOfAnotherType(t *testing.T) {
	a, err := Parse(file("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", []byte{7}), "z.npy")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Float32(); err == nil || !strings.Contains(err.Error(), "z.npy") || !strings.Contains(err.Error(), "astype(np.float32)") {
		t.Errorf("got %v", err)
	}
}

func TestMapRefuses(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, dir, filepath.Join(dir, "none.npy")} {
		if _, err := Map(path); fault.KindOf(err) != fault.Data {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestSwap(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	swap(b, 4)
	if !slices.Equal(b, []byte{4, 3, 2, 1, 8, 7, 6, 5}) {
		t.Errorf("got %v", b)
	}
	swap(b, 8)
	if !slices.Equal(b, []byte{5, 6, 7, 8, 1, 2, 3, 4}) {
		t.Errorf("got %v", b)
	}
}

// FuzzParse: whatever the bytes, no panic and no array larger than its file;
// what is accepted is written back to a file that reads the same.
func FuzzParse(f *testing.F) {
	f.Add(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", make([]byte, 8)))
	f.Add(file("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", []byte{1}))
	f.Add(file("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 3), }", nil))
	f.Add([]byte(magic + "\x02\x00\x02\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Parse(b, "fuzz.npy")
		if err != nil {
			return
		}
		again := append([]byte(Header(a.Type, a.Shape)), a.Bytes...)
		c, err := Parse(again, "again.npy")
		if err != nil || !slices.Equal(a.Shape, c.Shape) || !bytes.Equal(a.Bytes, c.Bytes) {
			t.Fatalf("%v %s reads back as %v, %v", a.Shape, a.Type, c, err)
		}
		a.Uint8()
		a.Int64()
		a.Float32()
	})
}
