package data

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
)

// recipe is a running digest of what a dataset is made from.
type recipe struct {
	kind string
	hash hash.Hash
}

func newRecipe(kind string) *recipe { return &recipe{kind, sha256.New()} }

// add notes a named part; parts that differ in name or content give another
// recipe, however they are cut.
func (r *recipe) add(name string, content []byte) {
	fmt.Fprintf(r.hash, "%q %d ", name, len(content))
	r.hash.Write(content)
}

func (r *recipe) String() string { return r.kind + " sha256:" + hex.EncodeToString(r.hash.Sum(nil)) }

// readMaybeGzip reads a file whole, unpacked if it is gzipped, and gives up
// beyond limit bytes.
func readMaybeGzip(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := maybeGzip(f)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("it unpacks to more than %d bytes", limit)
	}
	return b, err
}

// maybeGzip unpacks what begins with gzip's magic number and passes on the
// rest: an IDX file begins with two zeros.
func maybeGzip(r io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if n == 2 && head[0] == 0x1f && head[1] == 0x8b {
		return gzip.NewReader(r)
	}
	return r, nil
}
