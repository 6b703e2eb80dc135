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
	name    string
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
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Checkpoint, "there is no such checkpoint", path, "list the runs with `zoo runs`")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoint", path, fault.ToRead(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoint", path, fault.ToRead(err))
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fault.New(fault.Checkpoint, fmt.Sprintf("a checkpoint is a file of at most %d GiB", maxFile>>30), path, "name a file of a run's checkpoints folder, or leave --from out for the newest")
	}
	return read(f, int(info.Size()), path)
}

// Decode is Read for a file that is in memory, such as one that is embedded in
// the program. Its faults name the path.
func Decode(content []byte, path string) (*File, error) {
	return read(bytes.NewReader(content), len(content), path)
}

func read(r io.Reader, size int, path string) (*File, error) {
	f, err := decode(r, size)
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "the checkpoint is corrupt or foreign", path,
			"name an older checkpoint of the run with --from, or train again")
	}
	return f, nil
}

// decode parses size bytes that may have been made by anyone, in one walk: the
// arrays are in memory once. Nothing is allocated that the size does not bear
// out.
func decode(r io.Reader, size int) (*File, error) {
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(head[8:], &fields); err != nil {
		return nil, fmt.Errorf("its header is not JSON: %w", err)
	}
	f := &File{}
	if err := json.Unmarshal(fields[metadataKey], &f.Metadata); err != nil {
		return nil, fmt.Errorf("it has no metadata: %w", err)
	}
	delete(fields, metadataKey)
	digest, err := blank(head, f.Metadata[checksumKey])
	if err != nil {
		return nil, err
	}
	entries, err := parseEntries(fields, size-len(head))
	if err != nil {
		return nil, err
	}

	h := sha256.New()
	h.Write(head)
	if f.Arrays, err = readArrays(io.TeeReader(r, h), entries); err != nil {
		return nil, err
	}
	if hex.EncodeToString(h.Sum(nil)) != digest {
		return nil, errors.New("its content does not match its checksum")
	}
	return f, nil
}

// readHead reads the length of the header, 8 bytes, and the header itself.
func readHead(r io.Reader, size int) ([]byte, error) {
	if size < 8 {
		return nil, errors.New("the file is too short")
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(head)
	if length > maxHeader || length > uint64(size-8) {
		return nil, fmt.Errorf("its header has %d bytes, the file %d", length, size)
	}
	head = append(head, make([]byte, length)...)
	_, err := io.ReadFull(r, head[8:])
	return head, err
}

// readArrays reads the arrays, which follow each other in the order of the entries.
func readArrays(r io.Reader, entries []entry) (map[string]*tensor.Tensor, error) {
	arrays := map[string]*tensor.Tensor{}
	piece := make([]byte, 4*pieceValues)
	for _, e := range entries {
		t := tensor.New(e.Shape...)
		for values := range slices.Chunk(t.Data, pieceValues) {
			if _, err := io.ReadFull(r, piece[:4*len(values)]); err != nil {
				return nil, err
			}
			for i := range values {
				values[i] = math.Float32frombits(binary.LittleEndian.Uint32(piece[4*i:]))
			}
		}
		arrays[e.name] = t
	}
	return arrays, nil
}

// blank puts zeros in the place of the digest that the header names, as they
// were when it was taken, and returns the digest.
func blank(head []byte, checksum string) (string, error) {
	const length = len(checksumScheme) + 2*sha256.Size
	if len(checksum) != length || checksum[:len(checksumScheme)] != checksumScheme {
		return "", errors.New("it has no checksum")
	}
	at := bytes.Index(head, []byte(checksum))
	if at < 0 {
		return "", errors.New("its checksum is not where it should be")
	}
	copy(head[at+len(checksumScheme):], blankDigest)
	return checksum[len(checksumScheme):], nil
}

// parseEntries reads what the header says of the arrays, which take size bytes,
// and returns them in the order of the file.
func parseEntries(fields map[string]json.RawMessage, size int) ([]entry, error) {
	var entries []entry
	for name, raw := range fields {
		e := entry{name: name}
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		if err := e.check(size); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.Offsets[0] - b.Offsets[0] })
	return entries, checkCover(entries, size)
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

// checkCover refuses arrays, sorted by their place, that overlap or leave bytes
// between them, as the format demands.
func checkCover(entries []entry, size int) error {
	at := 0
	for _, e := range entries {
		if e.Offsets[0] != at {
			return errors.New("its arrays overlap or leave a gap")
		}
		at = e.Offsets[1]
	}
	if at != size {
		return errors.New("bytes follow its last array")
	}
	return nil
}
