package onnxrun

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// external reads the data that tensors keep in files beside the model. It is
// refused unless allowed, and then reads regular files of the model's folder
// alone: through an os.Root, so that neither ".." nor a link leads out of it.
type external struct {
	dir     string           // "": not allowed
	missing string           // why not
	sizes   map[string]int64 // of the files met
	total   int64            // of these sizes
	taken   int64            // bytes read
}

func (x *external) read(t *pb.TensorProto) ([]byte, error) {
	if t.GetDataLocation() != 1 {
		if t.GetDataLocation() != 0 {
			return nil, fmt.Errorf("data_location is %d", t.GetDataLocation())
		}
		if len(t.GetExternalData()) > 0 {
			return nil, fmt.Errorf("it has external_data and no data_location that says so")
		}
		return nil, nil
	}
	if x.dir == "" {
		return nil, fmt.Errorf("its data lies in another file, and %s", x.missing)
	}
	location, offset, length := "", int64(0), int64(-1)
	seen := map[string]bool{}
	for _, e := range t.GetExternalData() {
		key, value := e.GetKey(), e.GetValue()
		if seen[key] {
			return nil, fmt.Errorf("external_data names its %s twice", key)
		}
		seen[key] = true
		var err error
		switch key {
		case "location":
			location = value
		case "offset":
			offset, err = strconv.ParseInt(value, 10, 64)
		case "length":
			length, err = strconv.ParseInt(value, 10, 64)
		case "checksum":
		default:
			err = fmt.Errorf("unknown key")
		}
		if err != nil || offset < 0 || seen["length"] && length < 0 {
			return nil, fmt.Errorf("external_data has %s = %q", key, value)
		}
	}
	return x.part(location, offset, length)
}

// part reads a stretch of a file; a length of −1 means to its end.
func (x *external) part(location string, offset, length int64) ([]byte, error) {
	if !filepath.IsLocal(location) || strings.ContainsAny(location, `\:`) {
		return nil, fmt.Errorf("external_data lies at %q, outside the model's folder", location)
	}
	root, err := os.OpenRoot(x.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	// Each part of the path must be a folder or a file itself: a link inside the
	// folder is as little the model's as one that leads out of it.
	parts := strings.Split(filepath.ToSlash(filepath.Clean(location)), "/")
	for i := range parts {
		info, err := root.Lstat(filepath.Join(parts[:i+1]...))
		if err != nil {
			return nil, fmt.Errorf("external_data: %w", err)
		}
		if last := i == len(parts)-1; last && !info.Mode().IsRegular() || !last && !info.IsDir() {
			return nil, fmt.Errorf("external_data lies at %q, which is no regular file", location)
		}
	}
	f, err := root.Open(location)
	if err != nil {
		return nil, fmt.Errorf("external_data: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("external_data lies at %q, which is no regular file", location)
	}
	if length < 0 {
		length = max(info.Size()-offset, 0)
	}
	if offset > info.Size() || length > info.Size()-offset {
		return nil, fmt.Errorf("external_data wants %d bytes from %d on of %q, which has %d", length, offset, location, info.Size())
	}
	if err := x.count(location, info.Size(), length); err != nil {
		return nil, err
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(f, offset, length), data); err != nil {
		return nil, fmt.Errorf("external_data: %w", err)
	}
	return data, nil
}

// count refuses to read more than the files hold: many tensors of one stretch
// would take many times its size.
func (x *external) count(location string, size, length int64) error {
	if _, met := x.sizes[location]; !met {
		if x.sizes == nil {
			x.sizes = map[string]int64{}
		}
		x.sizes[location] = size
		x.total += size
	}
	if x.taken += length; x.taken > x.total || x.taken > maxFile {
		return fmt.Errorf("the tensors so far want %d bytes of external_data; their files hold %d, and at most %d are read", x.taken, x.total, maxFile)
	}
	return nil
}
