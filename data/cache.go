package data

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/filelock"
	"github.com/ganzoo/ganzoo/internal/npy"
)

const (
	manifestFile = "manifest.json"
	// manifestFormat grows when arrays are laid out differently; a cache of
	// another format is made again.
	manifestFormat = 1
	maxManifest    = 1 << 22
)

// manifest describes the arrays of one cached dataset. It is written last, so
// a folder that has one is complete.
type manifest struct {
	Format   int            `json:"format"`
	Dataset  Dataset        `json:"dataset"` // with file names where a Dataset has paths
	Files    map[string]sum `json:"files"`
	Recipe   string         `json:"recipe"` // what the arrays were made from, and how: another recipe is another content
	Origin   string         `json:"origin"`
	Classes  []string       `json:"class_names,omitempty"`
	Warnings []string       `json:"warnings,omitempty"`
}

// sum is what an array file must be to be taken for whole.
type sum struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Dir is the folder of the cache: GANZOO_CACHE, or ganzoo in XDG_CACHE_HOME,
// or ganzoo in the system's folder for caches.
func Dir() (string, error) {
	if dir := os.Getenv("GANZOO_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ganzoo"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fault.Wrap(fault.IO, err, "no folder for cached data", "", "set GANZOO_CACHE to one")
	}
	return filepath.Join(dir, "ganzoo"), nil
}

// cache is the folder that holds a folder for each dataset.
type cache struct{ dir string }

func openCache(dir string) (cache, error) {
	if dir == "" {
		var err error
		if dir, err = Dir(); err != nil {
			return cache{}, err
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return cache{}, fault.Wrap(fault.IO, err, "no folder for cached data", "", "set GANZOO_CACHE to one")
	}
	return cache{filepath.Join(dir, "datasets")}, nil
}

func (c cache) folder(key string) string { return filepath.Join(c.dir, key) }

// errAbsent says that the cache has no such dataset, errStale that it was made
// by another recipe or program.
var (
	errAbsent = errors.New("not cached")
	errStale  = errors.New("made from something else")
)

// manifest reads a dataset's manifest without looking at its arrays.
func (c cache) manifest(key string) (*manifest, error) {
	path := filepath.Join(c.folder(key), manifestFile)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var m manifest
	if err := json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	if m.Format != manifestFormat {
		return nil, errStale
	}
	return &m, nil
}

// verified returns a cached dataset after hashing its arrays: reading them is
// what a training would do next anyway, and MNIST's take 0.04 s.
func (c cache) verified(key, recipe string) (*manifest, error) {
	m, err := c.manifest(key)
	if err != nil {
		return nil, err
	}
	if recipe != "" && m.Recipe != recipe {
		return nil, errStale
	}
	for name, want := range m.Files {
		if filepath.Base(name) != name {
			return nil, fmt.Errorf("%s names a file outside its folder", manifestFile)
		}
		got, err := sumFile(filepath.Join(c.folder(key), name))
		if err != nil {
			return nil, err
		}
		if got != want {
			return nil, fmt.Errorf("%s is not as it was written", name)
		}
	}
	if m.Dataset.Fingerprint != fingerprint(&m.Dataset, m.Files) {
		return nil, fmt.Errorf("%s does not fit its files", manifestFile)
	}
	for _, file := range m.Dataset.files() {
		if *file == "" {
			continue
		}
		if _, ok := m.Files[*file]; !ok {
			return nil, fmt.Errorf("%s does not fit its files", manifestFile)
		}
		*file = filepath.Join(c.folder(key), *file)
	}
	return m, nil
}

// get returns the dataset cached under key, or makes it. Two processes may
// ask at once: one makes, the other waits and finds it made.
func (c cache) get(ctx context.Context, key, recipe string, o *Options, build func(ctx context.Context, d *draft) error) (*manifest, error) {
	if m, err := c.verified(key, recipe); err == nil {
		return m, nil
	}
	dir := c.folder(key)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot make a folder in the cache", dir, "set GANZOO_CACHE to a folder that you may write to")
	}
	unlock, err := c.lock(ctx, key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	m, err := c.verified(key, recipe)
	switch {
	case err == nil:
		return m, nil
	case !errors.Is(err, errAbsent) && !errors.Is(err, errStale):
		o.warn(fmt.Sprintf("the cached copy of %s is damaged (%v) and is made again", key, err))
	}
	d := &draft{dir: dir, manifest: manifest{Format: manifestFormat, Recipe: recipe, Files: map[string]sum{}}}
	if err := build(ctx, d); err != nil {
		if _, err := c.manifest(key); errors.Is(err, errAbsent) {
			d.discard()
		}
		return nil, err
	}
	if err := d.commit(); err != nil {
		return nil, err
	}
	return c.verified(key, recipe)
}

// lock waits for the right to write a dataset's folder.
func (c cache) lock(ctx context.Context, key string) (unlock func(), err error) {
	const poll = 50 * time.Millisecond
	path := filepath.Join(c.folder(key), ".lock")
	for {
		unlock, err := filelock.TryLock(path)
		if err == nil {
			return unlock, nil
		}
		if !errors.Is(err, filelock.ErrLocked) {
			return nil, fault.Wrap(fault.IO, err, "cannot lock the dataset's folder", path, "set GANZOO_CACHE to a folder that you may write to")
		}
		select {
		case <-ctx.Done():
			return nil, canceled(ctx, "stopped while another process made the dataset")
		case <-time.After(poll):
		}
	}
}

// draft is a dataset being made.
type draft struct {
	dir string
	manifest
}

// addArray writes one array of the dataset and returns its file name.
func addArray[T npy.Element](d *draft, name string, shape []int, x []T) (string, error) {
	return d.add(name, func(w io.Writer) error { return npy.Write(w, shape, x) })
}

// addRows writes one array of bytes, row by row, and returns its file name. The
// rows fill the shape together.
func (d *draft) addRows(ctx context.Context, name string, shape []int, rows iter.Seq[[]byte]) (string, error) {
	return d.add(name, func(out io.Writer) error {
		w := bufio.NewWriterSize(out, 1<<20)
		if _, err := w.WriteString(npy.Header(npy.Uint8, shape)); err != nil {
			return err
		}
		for row := range rows {
			if ctx.Err() != nil {
				return canceled(ctx, "stopped while writing "+d.Dataset.Name)
			}
			if _, err := w.Write(row); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// add writes one file of the dataset and notes its sum.
func (d *draft) add(name string, write func(w io.Writer) error) (string, error) {
	hash := sha256.New()
	var n counter
	err := atomicfile.Write(filepath.Join(d.dir, name), func(w io.Writer) error {
		return write(io.MultiWriter(w, hash, &n))
	})
	d.Files[name] = sum{int64(n), hex.EncodeToString(hash.Sum(nil))}
	return name, err
}

// commit writes the manifest, which makes the arrays a dataset.
func (d *draft) commit() error {
	d.Dataset.Fingerprint = fingerprint(&d.Dataset, d.Files)
	b, err := json.MarshalIndent(&d.manifest, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(d.dir, manifestFile), append(b, '\n'))
}

// discard removes what was written of a dataset that could not be made. The
// lock's file stays: another process may be waiting on it.
func (d *draft) discard() {
	for name := range d.Files {
		os.Remove(filepath.Join(d.dir, name))
	}
}

// fingerprint is the SHA-256 over the sums of a dataset's arrays, in the
// order of the fields that name them.
func fingerprint(d *Dataset, files map[string]sum) string {
	h := sha256.New()
	for i, file := range d.files() {
		fmt.Fprintf(h, "%d %s\n", i, files[*file].SHA256)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func sumFile(path string) (sum, error) {
	f, err := os.Open(path)
	if err != nil {
		return sum{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return sum{n, hex.EncodeToString(h.Sum(nil))}, err
}

// counter counts the bytes written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
