package data

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// idxArray is the content of an IDX file of unsigned bytes.
type idxArray struct {
	shape []int
	data  []uint8
}

// parseIDX reads the format of MNIST's raw files: two zero bytes, the element
// type, the number of axes, their extents as big-endian 32-bit numbers, then
// the elements, the last axis fastest (http://yann.lecun.com/exdb/mnist/).
// The elements stay in b. The name is used in error messages alone.
func parseIDX(b []byte, name string) (idxArray, error) {
	bad := func(format string, args ...any) (idxArray, error) {
		return idxArray{}, fault.New(fault.Data, "corrupt IDX file: "+fmt.Sprintf(format, args...), name, "fetch or copy it again")
	}
	const ubyte = 0x08
	if len(b) < 4 || b[0] != 0 || b[1] != 0 {
		return bad("it does not begin with an IDX header")
	}
	if b[2] != ubyte {
		return bad("its elements are of type 0x%02x, not unsigned bytes", b[2])
	}
	axes := int(b[3])
	if axes < 1 || axes > 4 {
		return bad("%d axes", axes)
	}
	if len(b) < 4+4*axes {
		return bad("it ends in its header")
	}
	shape := make([]int, axes)
	size := 1
	for i := range shape {
		d := int64(binary.BigEndian.Uint32(b[4+4*i:]))
		if d == 0 {
			return bad("an axis of length 0")
		}
		if d > math.MaxInt32 || size > math.MaxInt32/int(d) {
			return bad("a shape larger than any file")
		}
		shape[i] = int(d)
		size *= int(d)
	}
	data := b[4+4*axes:]
	if len(data) != size {
		return bad("%d bytes of data, and its shape %v asks for %d", len(data), shape, size)
	}
	return idxArray{shape, data}, nil
}
