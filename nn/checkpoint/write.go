package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/tensor"
)

// Array is a named tensor of a file.
type Array struct {
	Name  string
	Value *tensor.Tensor
}

const (
	metadataKey = "__metadata__"
	// checksumKey holds "sha256:" and the digest of the file as it is with
	// blankDigest in the digest's place.
	checksumKey    = "ganzoo.checksum"
	checksumScheme = "sha256:"
)

var blankDigest = strings.Repeat("0", 2*sha256.Size)

// Write stores arrays, in their order, and metadata at path. The file is whole
// or not there.
func Write(path string, metadata map[string]string, arrays []Array) error {
	l, err := newLayout(metadata, arrays)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, l.write)
}

// layout is a file about to be written: the header's length (8 bytes, little
// endian), the header (JSON, padded with spaces to a multiple of 8), the arrays.
type layout struct {
	head   []byte
	arrays []Array
}

func newLayout(metadata map[string]string, arrays []Array) (*layout, error) {
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[checksumKey] = checksumScheme + blankDigest

	var header bytes.Buffer
	header.WriteByte('{')
	if err := writeEntry(&header, metadataKey, metadata); err != nil {
		return nil, err
	}
	size := 0
	for _, a := range arrays {
		shape := a.Value.Shape
		if shape == nil {
			shape = tensor.Shape{}
		}
		end := size + 4*len(a.Value.Data)
		header.WriteByte(',')
		if err := writeEntry(&header, a.Name, entry{DType: float32Name, Shape: shape, Offsets: [2]int{size, end}}); err != nil {
			return nil, err
		}
		size = end
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}

	l := &layout{arrays: arrays}
	l.head = binary.LittleEndian.AppendUint64(nil, uint64(header.Len()))
	l.head = append(l.head, header.Bytes()...)
	digest := sha256.New()
	if err := l.write(digest); err != nil {
		return nil, err
	}
	at := bytes.Index(l.head, []byte(checksumScheme+blankDigest)) + len(checksumScheme)
	hex.Encode(l.head[at:], digest.Sum(nil))
	return l, nil
}

// write puts the file out piece by piece: a copy of the weights in memory would
// be the peak of a training.
func (l *layout) write(w io.Writer) error {
	if _, err := w.Write(l.head); err != nil {
		return err
	}
	piece := make([]byte, 0, 4*pieceValues)
	for _, a := range l.arrays {
		for values := range slices.Chunk(a.Value.Data, pieceValues) {
			piece = piece[:0]
			for _, v := range values {
				piece = binary.LittleEndian.AppendUint32(piece, math.Float32bits(v))
			}
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
	}
	return nil
}

// pieceValues is how many values are written or read at once.
const pieceValues = 1 << 16

// writeEntry writes "key":value. json.Marshal sorts the keys of maps.
func writeEntry(w io.Writer, key string, value any) error {
	k, err := json.Marshal(key)
	if err != nil {
		return err
	}
	v, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s:%s", k, v)
	return err
}
