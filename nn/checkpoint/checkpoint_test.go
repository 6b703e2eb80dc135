package checkpoint

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

func example(t testing.TB) []byte {
	t.Helper()
	return encode(t, []Array{
		{"w", tensor.Of([]float32{1, -2, 3, 0.5, 5, 6}, 2, 3)},
		{"counter", tensor.Of([]float32{7})},
	})
}

func encode(t testing.TB, arrays []Array) []byte {
	t.Helper()
	l, err := newLayout(map[string]string{"a": "1", "ü": "\"x\""}, arrays)
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if err := l.write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// parse is decode for bytes in memory.
func parse(content []byte) (*File, error) { return decode(bytes.NewReader(content), len(content)) }

func TestWhatIsWrittenIsRead(t *testing.T) {
	f, err := parse(example(t))
	if err != nil {
		t.Fatal(err)
	}
	if f.Metadata["a"] != "1" || f.Metadata["ü"] != "\"x\"" {
		t.Errorf("metadata %v", f.Metadata)
	}
	if diff := cmp.Diff([]float32{1, -2, 3, 0.5, 5, 6}, f.Arrays["w"].Data); diff != "" {
		t.Error(diff)
	}
	if got := f.Arrays["w"].Shape; !got.Equal(tensor.Shape{2, 3}) {
		t.Errorf("shape %v", got)
	}
	if got := f.Arrays["counter"]; len(got.Shape) != 0 || got.Data[0] != 7 {
		t.Errorf("counter %v", got)
	}
}

// TestArraysLongerThanAPiece: what is written and read piece by piece is whole.
func TestArraysLongerThanAPiece(t *testing.T) {
	long := tensor.New(2*pieceValues + 3)
	for i := range long.Data {
		long.Data[i] = float32(i)
	}
	f, err := parse(encode(t, []Array{{"long", long}, {"after", tensor.Of([]float32{-1})}}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(long.Data, f.Arrays["long"].Data); diff != "" {
		t.Error(diff)
	}
	if f.Arrays["after"].Data[0] != -1 {
		t.Errorf("after it: %v", f.Arrays["after"])
	}
}

// TestLayout compares with the format's description byte by byte, so that any
// safetensors library reads the file.
func TestLayout(t *testing.T) {
	content := example(t)
	length := binary.LittleEndian.Uint64(content)
	if length%8 != 0 {
		t.Errorf("the header has %d bytes, no multiple of 8", length)
	}
	header := string(content[8 : 8+length])
	for _, want := range []string{
		`{"__metadata__":{"a":"1","ganzoo.checksum":"sha256:`,
		`"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`,
		`"counter":{"dtype":"F32","shape":[],"data_offsets":[24,28]}}`,
	} {
		if !strings.Contains(header, want) {
			t.Errorf("the header lacks %s:\n%s", want, header)
		}
	}
	if got := len(content) - 8 - int(length); got != 28 {
		t.Errorf("%d bytes of data, want 28", got)
	}
	if !bytes.Equal(content, example(t)) {
		t.Error("the same content gave other bytes")
	}
}

func TestDamageIsNoticed(t *testing.T) {
	whole := example(t)
	t.Run("any bit", func(t *testing.T) {
		for i := range whole {
			damaged := bytes.Clone(whole)
			damaged[i] ^= 1 << (i % 8)
			if _, err := parse(damaged); err == nil {
				t.Fatalf("byte %d was changed and nothing noticed", i)
			}
		}
	})
	t.Run("any cut", func(t *testing.T) {
		for n := range whole {
			if _, err := parse(whole[:n]); err == nil {
				t.Fatalf("the file was cut to %d bytes and nothing noticed", n)
			}
		}
	})
	t.Run("bytes added", func(t *testing.T) {
		if _, err := parse(append(bytes.Clone(whole), 0)); err == nil {
			t.Error("a byte was added and nothing noticed")
		}
	})
}

func TestEntriesThatDescribeNoArray(t *testing.T) {
	for name, e := range map[string]entry{
		"other type":      {DType: "F16", Shape: tensor.Shape{2}, Offsets: [2]int{0, 4}},
		"negative extent": {DType: "F32", Shape: tensor.Shape{-1, -1}, Offsets: [2]int{0, 4}},
		"extent of none":  {DType: "F32", Shape: tensor.Shape{0}, Offsets: [2]int{0, 0}},
		"overflow":        {DType: "F32", Shape: tensor.Shape{1 << 32, 1 << 32}, Offsets: [2]int{0, 0}},
		"product beyond":  {DType: "F32", Shape: tensor.Shape{90, 90, 90}, Offsets: [2]int{0, 4}},
		"wrong size":      {DType: "F32", Shape: tensor.Shape{2}, Offsets: [2]int{0, 4}},
		"before the data": {DType: "F32", Shape: tensor.Shape{1}, Offsets: [2]int{-4, 0}},
		"turned round":    {DType: "F32", Shape: tensor.Shape{1}, Offsets: [2]int{8, 4}},
		"after the data":  {DType: "F32", Shape: tensor.Shape{1}, Offsets: [2]int{100, 104}},
		"too many axes":   {DType: "F32", Shape: tensor.Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}, Offsets: [2]int{0, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := e.check(100); err == nil {
				t.Error("accepted")
			}
		})
	}
	overlap := []entry{{Offsets: [2]int{0, 8}}, {Offsets: [2]int{4, 12}}}
	if checkCover(overlap, 12) == nil {
		t.Error("overlapping arrays were accepted")
	}
	gap := []entry{{Offsets: [2]int{0, 4}}, {Offsets: [2]int{8, 12}}}
	if checkCover(gap, 12) == nil {
		t.Error("a gap was accepted")
	}
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.safetensors")
	if err := os.WriteFile(foreign, []byte("not a checkpoint at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"foreign": foreign, "missing": filepath.Join(dir, "none"), "folder": dir,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(path)
			if fault.KindOf(err) != fault.Checkpoint || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want a fault of kind Checkpoint that names the file", err)
			}
		})
	}
}

func TestWriteIsWholeOrNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no folder", "x.safetensors")
	err := Write(path, nil, nil)
	if fault.KindOf(err) != fault.IO {
		t.Errorf("got %v, want a fault of kind IO", err)
	}
}

// FuzzDecode: no file makes the parser panic or hand out an array that its
// header does not describe.
func FuzzDecode(f *testing.F) {
	whole := example(f)
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := parse(content)
		if err != nil {
			return
		}
		for name, a := range file.Arrays {
			if a.Shape.Size() != len(a.Data) {
				t.Errorf("array %q: %d values of shape %v", name, len(a.Data), a.Shape)
			}
		}
	})
}

// FuzzHeader goes past the checksum, which random bytes do not.
func FuzzHeader(f *testing.F) {
	f.Add("w", "F32", 2, 3, 0, 24, 24)
	f.Add("w", "F32", 1<<40, 1<<40, 0, 24, 24)
	f.Fuzz(func(t *testing.T, name, dtype string, rows, columns, begin, end, size int) {
		e := entry{DType: dtype, Shape: tensor.Shape{rows, columns}, Offsets: [2]int{begin, end}}
		if size < 0 || size > 1<<20 || e.check(size) != nil {
			return
		}
		if rows*columns*4 != end-begin || begin < 0 || end > size {
			t.Errorf("%+v was accepted for %d bytes", e, size)
		}
	})
}
