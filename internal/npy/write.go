package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

// Write writes data as a version 1 file, the bytes np.save would write. It is
// an error of the caller when the shape does not hold len(data) elements.
func Write[T Element](w io.Writer, shape []int, data []T) error {
	t := typeOf[T]()
	if n, ok := product(shape, 1); !ok || n != len(data) {
		return fmt.Errorf("npy: %d elements do not fill %v", len(data), shape)
	}
	if _, err := io.WriteString(w, Header(t, shape)); err != nil {
		return err
	}
	if len(data) == 0 {
		return nil
	}
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*t.Size())
	if !littleEndian {
		raw = slices.Clone(raw)
		swap(raw, t.Size())
	}
	_, err := w.Write(raw)
	return err
}

// WriteFile writes data to path, whole or not at all.
func WriteFile[T Element](path string, shape []int, data []T) error {
	return atomicfile.Write(path, func(w io.Writer) error { return Write(w, shape, data) })
}

// Header is all that stands before the elements of an array, for writers that
// stream them. It fills a multiple of 64 bytes, so that a mapped file's
// elements are aligned.
func Header(t Type, shape []int) string {
	var dims strings.Builder
	for i, d := range shape {
		if i > 0 {
			dims.WriteString(", ")
		}
		dims.WriteString(strconv.Itoa(d))
	}
	if len(shape) == 1 {
		dims.WriteString(",")
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", t, dims.String())
	const prefix = len(magic) + 2 + 2
	pad := (64 - (prefix+len(dict)+1)%64) % 64
	dict += strings.Repeat(" ", pad) + "\n"
	start := binary.LittleEndian.AppendUint16([]byte(magic+"\x01\x00"), uint16(len(dict)))
	return string(start) + dict
}

// typeOf is the file's name of a Go element type.
func typeOf[T Element]() Type {
	switch any(*new(T)).(type) {
	case uint8:
		return Uint8
	case int64:
		return Int64
	default:
		return Float32
	}
}
