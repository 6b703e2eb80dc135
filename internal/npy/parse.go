package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
)

const (
	magic = "\x93NUMPY"
	// maxHeader bounds the header of versions 2 and 3, whose length field would
	// allow 4 GiB; NumPy itself refuses more than 10,000 characters unless told
	// to trust the file.
	maxHeader = 1 << 16
	// maxRank is NumPy's own limit on the number of axes.
	maxRank = 64
)

// Parse reads an array from the bytes of a file; its elements stay in b. The
// name is used in error messages alone. What is not a whole array of a known
// type in C order is a fault of kind Data.
func Parse(b []byte, name string) (*Array, error) {
	bad := func(what, mend string) error { return fault.New(fault.Data, what, name, mend) }
	if len(b) < len(magic)+2 || string(b[:len(magic)]) != magic {
		return nil, bad("not a .npy file", "save it with np.save")
	}
	version := b[len(magic)]
	rest := b[len(magic)+2:]
	var length int
	switch version {
	case 1:
		if len(rest) < 2 {
			return nil, bad("the .npy file ends in its header", "it is truncated: write or fetch it again")
		}
		length, rest = int(binary.LittleEndian.Uint16(rest)), rest[2:]
	case 2, 3:
		if len(rest) < 4 {
			return nil, bad("the .npy file ends in its header", "it is truncated: write or fetch it again")
		}
		n := binary.LittleEndian.Uint32(rest)
		if n > maxHeader {
			return nil, bad(fmt.Sprintf("the .npy header of %d bytes is longer than any this program reads", n), "save it with np.save")
		}
		length, rest = int(n), rest[4:]
	default:
		return nil, bad(fmt.Sprintf("version %d of the .npy format is unknown", version), "save it with np.save")
	}
	if len(rest) < length {
		return nil, bad("the .npy file ends in its header", "it is truncated: write or fetch it again")
	}
	h, err := parseHeader(rest[:length])
	if err != nil {
		return nil, bad("the .npy header is malformed: "+err.Error(), "save it with np.save")
	}
	size := h.descr.Size()
	if size == 0 {
		return nil, bad(fmt.Sprintf("arrays of type %q are not read here", string(h.descr)),
			"save it as uint8, int64 or float32, little-endian: np.save(path, x.astype(np.float32))")
	}
	if h.fortran {
		return nil, bad("the array is in Fortran order", "save it in C order: np.save(path, np.ascontiguousarray(x))")
	}
	want, ok := product(h.shape, size)
	data := rest[length:]
	if !ok || want > len(data) {
		return nil, bad(fmt.Sprintf("the .npy file is truncated: its shape %v needs more than the %d bytes it has", h.shape, len(data)),
			"write or fetch it again")
	}
	if want < len(data) {
		return nil, bad(fmt.Sprintf("the .npy file has %d bytes after its array", len(data)-want), "write or fetch it again")
	}
	return &Array{Shape: h.shape, Type: h.descr, Bytes: data, name: name}, nil
}

// product is the byte length of an array, and false when it overflows.
func product(shape []int, size int) (int, bool) {
	n := size
	empty := false
	for _, d := range shape {
		if d == 0 {
			empty = true
			continue
		}
		if n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	if empty {
		return 0, true
	}
	return n, true
}

// header is the dictionary of a file: all three keys, each once.
type header struct {
	descr   Type
	fortran bool
	shape   []int
}

// parseHeader reads the Python literal that NumPy writes:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (64, 2), }
func parseHeader(b []byte) (header, error) {
	var h header
	l := literal{rest: bytes.TrimRight(b, " \n\x00")}
	if err := l.expect('{'); err != nil {
		return h, err
	}
	seen := map[string]bool{}
	for !l.take('}') {
		key, err := l.quoted()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("key %q twice", key)
		}
		seen[key] = true
		if err := l.expect(':'); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			var s string
			s, err = l.quoted()
			h.descr = Type(s)
		case "fortran_order":
			h.fortran, err = l.boolean()
		case "shape":
			h.shape, err = l.tuple()
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return h, err
		}
		if !l.take(',') {
			if err := l.expect('}'); err != nil {
				return h, err
			}
			break
		}
	}
	if len(seen) != 3 {
		return h, fmt.Errorf("one of descr, fortran_order and shape is missing")
	}
	if len(l.rest) != 0 {
		return h, fmt.Errorf("text after the dictionary")
	}
	return h, nil
}

// literal is a scanner over the few Python tokens a header is made of.
type literal struct{ rest []byte }

func (l *literal) space() { l.rest = bytes.TrimLeft(l.rest, " \t\n") }

// take consumes c if it comes next.
func (l *literal) take(c byte) bool {
	l.space()
	if len(l.rest) > 0 && l.rest[0] == c {
		l.rest = l.rest[1:]
		return true
	}
	return false
}

func (l *literal) expect(c byte) error {
	if !l.take(c) {
		return fmt.Errorf("%q expected", c)
	}
	return nil
}

// quoted reads a string in either kind of quote, without escapes: no key or
// simple type needs one.
func (l *literal) quoted() (string, error) {
	l.space()
	if len(l.rest) == 0 || (l.rest[0] != '\'' && l.rest[0] != '"') {
		return "", fmt.Errorf("a quoted string expected")
	}
	end := bytes.IndexByte(l.rest[1:], l.rest[0])
	if end < 0 {
		return "", fmt.Errorf("a string does not end")
	}
	s := string(l.rest[1 : 1+end])
	l.rest = l.rest[end+2:]
	return s, nil
}

func (l *literal) boolean() (bool, error) {
	l.space()
	for word, value := range map[string]bool{"True": true, "False": false} {
		if rest, ok := bytes.CutPrefix(l.rest, []byte(word)); ok {
			l.rest = rest
			return value, nil
		}
	}
	return false, fmt.Errorf("want True or False")
}

// tuple reads (), (3,) or (3, 4) of non-negative integers.
func (l *literal) tuple() ([]int, error) {
	if err := l.expect('('); err != nil {
		return nil, err
	}
	shape := []int{}
	for !l.take(')') {
		n, err := l.integer()
		if err != nil {
			return nil, err
		}
		if len(shape) == maxRank {
			return nil, fmt.Errorf("more than %d axes", maxRank)
		}
		shape = append(shape, n)
		if !l.take(',') {
			if err := l.expect(')'); err != nil {
				return nil, err
			}
			break
		}
	}
	return shape, nil
}

// integer reads a non-negative integer, with the L that Python 2 put after it.
func (l *literal) integer() (int, error) {
	l.space()
	end := 0
	for end < len(l.rest) && strings.IndexByte("0123456789", l.rest[end]) >= 0 {
		end++
	}
	n, err := strconv.Atoi(string(l.rest[:end]))
	if err != nil {
		return 0, fmt.Errorf("a whole number expected in the shape")
	}
	l.rest = bytes.TrimPrefix(l.rest[end:], []byte("L"))
	return n, nil
}
