package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

const (
	float32Name = "F32"
	// maxHeader is far above any header of ours (some hundred bytes an array).
	maxHeader = 16 << 20
	// maxFile bounds what is read into memory.
	maxFile = 8 << 30
	maxRank = 8
)

// entry is what a header says of an array.
type entry struct {
	DType   string       `json:"dtype"`
	Shape   tensor.Shape `json:"shape"`
	Offsets [2]int       `json:"data_offsets"` // from the end of the header
}

// File is a checkpoint in memory.
type File struct {
	Metadata map[string]string
	Arrays   map[string]*tensor.Tensor
}

// Read loads the checkpoint at path and verifies its checksum. A file that is
// no checkpoint, or was cut or altered, is a fault of kind Checkpoint.
func Read(path string) (*File, error) {
	content, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Checkpoint, "there is no such checkpoint", path, "list the runs with `zoo runs`")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoint", path, "")
	}
	return Decode(content, path)
}

// Decode is Read for a file that is in memory, such as one that is embedded in
// the program. Its faults name the path.
func Decode(content []byte, path string) (*File, error) {
	f, err := decode(content)
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "the checkpoint is corrupt or foreign", path,
			"use an older checkpoint of the run, or train again")
	}
	return f, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = fmt.Errorf("the file is larger than %d GiB", maxFile>>30)
	}
	return content, err
}

// decode parses a file that may have been made by anyone.
func decode(content []byte) (*File, error) {
	if len(content) < 8 {
		return nil, errors.New("the file is too short")
	}
	length := binary.LittleEndian.Uint64(content)
	if length > maxHeader || length > uint64(len(content)-8) {
		return nil, fmt.Errorf("its header has %d bytes, the file %d", length, len(content))
	}
	header, data := content[8:8+length], content[8+length:]

	var fields map[string]json.RawMessage
	if err := json.Unmarshal(header, &fields); err != nil {
		return nil, fmt.Errorf("its header is not JSON: %w", err)
	}
	f := &File{Arrays: map[string]*tensor.Tensor{}}
	if err := json.Unmarshal(fields[metadataKey], &f.Metadata); err != nil {
		return nil, fmt.Errorf("it has no metadata: %w", err)
	}
	delete(fields, metadataKey)
	if err := verify(content, f.Metadata[checksumKey]); err != nil {
		return nil, err
	}

	entries := map[string]entry{}
	for name, raw := range fields {
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		if err := e.check(len(data)); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		entries[name] = e
	}
	if err := checkCover(entries, len(data)); err != nil {
		return nil, err
	}
	for name, e := range entries {
		t := tensor.New(e.Shape...)
		bytes := data[e.Offsets[0]:e.Offsets[1]]
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(bytes[4*i:]))
		}
		f.Arrays[name] = t
	}
	return f, nil
}

// verify compares the digest of the file with the one it names.
func verify(content []byte, checksum string) error {
	const length = len(checksumScheme) + 2*sha256.Size
	if len(checksum) != length || checksum[:len(checksumScheme)] != checksumScheme {
		return errors.New("it has no checksum")
	}
	at := bytes.Index(content, []byte(checksum))
	if at < 0 {
		return errors.New("its checksum is not where it should be")
	}
	at += len(checksumScheme)
	h := sha256.New()
	h.Write(content[:at])
	h.Write([]byte(blankDigest))
	h.Write(content[at+2*sha256.Size:])
	if hex.EncodeToString(h.Sum(nil)) != checksum[len(checksumScheme):] {
		return errors.New("its content does not match its checksum")
	}
	return nil
}

// check refuses an entry that does not describe a range of the data.
func (e *entry) check(size int) error {
	if e.DType != float32Name {
		return fmt.Errorf("its type is %q, not %s", e.DType, float32Name)
	}
	if len(e.Shape) > maxRank {
		return fmt.Errorf("it has %d axes", len(e.Shape))
	}
	elements := 1
	for _, d := range e.Shape {
		if d < 1 || d > size || elements > size/d {
			return fmt.Errorf("its shape %v does not fit the file", e.Shape)
		}
		elements *= d
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if begin < 0 || end < begin || end > size || end-begin != 4*elements {
		return fmt.Errorf("%d values of shape %v do not lie in bytes %d to %d", elements, e.Shape, begin, end)
	}
	return nil
}

// checkCover refuses arrays that overlap or leave bytes between them, as the
// format demands.
func checkCover(entries map[string]entry, size int) error {
	ranges := make([][2]int, 0, len(entries))
	for _, e := range entries {
		ranges = append(ranges, e.Offsets)
	}
	slices.SortFunc(ranges, func(a, b [2]int) int { return a[0] - b[0] })
	at := 0
	for _, r := range ranges {
		if r[0] != at {
			return errors.New("its arrays overlap or leave a gap")
		}
		at = r[1]
	}
	if at != size {
		return errors.New("bytes follow its last array")
	}
	return nil
}
