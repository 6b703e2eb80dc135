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
	content, err := encode(metadata, arrays)
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(path, content)
}

// encode lays out a file: the header's length (8 bytes, little endian), the
// header (JSON, padded with spaces to a multiple of 8), the arrays.
func encode(metadata map[string]string, arrays []Array) ([]byte, error) {
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

	content := make([]byte, 0, 8+header.Len()+size)
	content = binary.LittleEndian.AppendUint64(content, uint64(header.Len()))
	content = append(content, header.Bytes()...)
	for _, a := range arrays {
		for _, v := range a.Value.Data {
			content = binary.LittleEndian.AppendUint32(content, math.Float32bits(v))
		}
	}
	digest := sha256.Sum256(content)
	at := bytes.Index(content, []byte(checksumScheme+blankDigest)) + len(checksumScheme)
	hex.Encode(content[at:], digest[:])
	return content, nil
}

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
