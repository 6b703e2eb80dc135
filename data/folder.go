package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

const (
	// folderKeyPrefix begins the cache's name of a folder that was never
	// imported; no imported dataset may be called so.
	folderKeyPrefix = "folder-"
	// maxWarnings bounds what the manifest remembers of unreadable files.
	maxWarnings = 100
	// chunk is how many images are decoded before any is written.
	chunk = 256
)

// resolveFolder makes a dataset of a folder of images. Its place in the cache
// follows from the path and the options; a file that is added, removed or
// changed (by its size and time) has it made again.
func resolveFolder(ctx context.Context, c cache, folder string, o *Options) (*manifest, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the folder", folder, fault.ToRead(err))
	}
	reading, err := o.reading()
	if err != nil {
		return nil, err
	}
	return imageDataset(ctx, c, folderKey(abs, reading.String()), abs, abs, o)
}

// folderKey is the cache's name of what a path holds, read in a given way.
func folderKey(abs, way string) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s", abs, way))
	return folderKeyPrefix + hex.EncodeToString(h[:8])
}

// importImages is resolveFolder under a name of the user's.
func importImages(ctx context.Context, c cache, folder, name string, o *Options) (*manifest, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the folder", folder, fault.ToRead(err))
	}
	return imageDataset(ctx, c, name, name, abs, o)
}

func imageDataset(ctx context.Context, c cache, key, name, folder string, o *Options) (*manifest, error) {
	reading, err := o.reading()
	if err != nil {
		return nil, err
	}
	list, err := scan(folder)
	if err != nil {
		return nil, err
	}
	if len(list.train) == 0 {
		what := "no images in the folder"
		if len(list.test) > 0 {
			what = "no training images in the folder, only those under " + testFolder
		}
		return nil, fault.New(fault.Data, what, folder, "it needs PNG, JPEG or GIF files, in itself or in a sub-folder for each class")
	}
	r := newRecipe("images 2, " + reading.String())
	for _, f := range slices.Concat(list.train, list.test) {
		r.add(f.path, fmt.Append(nil, f.bytes, f.modified))
	}
	m, err := c.get(ctx, key, r.String(), o, func(ctx context.Context, d *draft) error {
		d.Origin, d.Dataset.Name = folder, name
		d.Dataset.Background, d.Dataset.Zoom = reading.background, reading.zoom
		return buildImages(ctx, d, folder, list, reading, o)
	})
	if err != nil {
		return nil, err
	}
	// A manifest from before this was kept does not say it.
	m.Dataset.Background, m.Dataset.Zoom = reading.background, reading.zoom
	return m, nil
}

// listing is what a folder of images holds, in the order of the paths.
type listing struct {
	train, test []imageFile
	classes     []string // sub-folders; empty when the images are unlabelled
}

type imageFile struct {
	path     string // inside the folder, with slashes
	class    int
	bytes    int64
	modified int64 // Unix nanoseconds
}

// Sub-folders of the first level with which a folder says itself what is held
// back for tests.
const (
	trainFolder = "train"
	testFolder  = "test"
)

// scan finds the images of a folder and of all below it. When every image is
// in a sub-folder, and there are at least two of these, the sub-folders of the
// first level are the classes; inside train and test, where a folder has one of
// these, those below them. Hidden files and folders are passed over, links to
// folders not followed.
func scan(folder string) (listing, error) {
	var l listing
	var files []imageFile
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return l, fault.Wrap(fault.Data, err, "cannot read the folder", folder, fault.ToRead(err))
	}
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == root {
			return nil
		}
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX" {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if e.IsDir() || !isImage(e.Name()) {
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		inside, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files = append(files, imageFile{filepath.ToSlash(inside), 0, info.Size(), info.ModTime().UnixNano()})
		return nil
	})
	if err != nil {
		return l, fault.Wrap(fault.Data, err, "cannot read the folder", folder, fault.ToRead(err))
	}
	slices.SortFunc(files, func(a, b imageFile) int { return strings.Compare(a.path, b.path) })
	l.classes = label(files)
	l.split(files)
	return l, nil
}

// part parts a path from the train or test that it begins with.
func (f *imageFile) part() (part, rest string) {
	if first, rest, nested := strings.Cut(f.path, "/"); nested && (first == trainFolder || first == testFolder) {
		return first, rest
	}
	return "", f.path
}

// label makes the sub-folders of the first level the classes, in the order of
// their names; it returns none when there are fewer than two, or images beside
// them.
func label(files []imageFile) (classes []string) {
	of := make([]string, len(files))
	for i := range files {
		_, path := files[i].part()
		class, _, nested := strings.Cut(path, "/")
		if !nested {
			return nil
		}
		of[i] = class
	}
	classes = slices.Compact(slices.Sorted(slices.Values(of)))
	if len(classes) < 2 {
		return nil
	}
	for i := range files {
		files[i].class, _ = slices.BinarySearch(classes, of[i])
	}
	return classes
}

// heldBack is which share of a class is held back for tests, one in so many,
// where the folder does not say.
const heldBack = 10

// split holds images back for tests: those under test, or the last tenth of each
// class.
func (l *listing) split(files []imageFile) {
	divided := slices.ContainsFunc(files, func(f imageFile) bool {
		part, _ := f.part()
		return part != ""
	})
	counts := make([]int, max(1, len(l.classes)))
	for _, f := range files {
		counts[f.class]++
	}
	seen := make([]int, len(counts))
	for _, f := range files {
		part, _ := f.part()
		seen[f.class]++
		last := seen[f.class] > counts[f.class]-counts[f.class]/heldBack
		if part == testFolder || !divided && last {
			l.test = append(l.test, f)
		} else {
			l.train = append(l.train, f)
		}
	}
}

// buildImages decodes every image and writes the arrays. What cannot be read
// is reported and left out.
func buildImages(ctx context.Context, d *draft, folder string, l listing, reading imageReading, o *Options) error {
	d.Classes = l.classes
	d.Dataset.Kind = Images
	d.Dataset.Shape = []int{reading.channels, reading.size, reading.size}
	d.Dataset.Classes = len(l.classes)
	a := album{draft: d, folder: folder, reading: reading}
	a.progress = func(done int) {
		o.progress(Progress{Dataset: d.Dataset.Name, Origin: folder, Unit: "images", Done: int64(done), Total: int64(len(l.train) + len(l.test))})
	}
	var err error
	if d.Dataset.Count, d.Dataset.TrainX, d.Dataset.TrainY, err = a.add(ctx, "train", l.train); err != nil {
		return err
	}
	if d.Dataset.Count == 0 {
		return fault.New(fault.Data, fmt.Sprintf("none of the %d images in the folder can be read", len(l.train)), folder, d.Warnings[0])
	}
	if _, d.Dataset.TestX, d.Dataset.TestY, err = a.add(ctx, "test", l.test); err != nil {
		return err
	}
	if a.unreadable > maxWarnings {
		d.Warnings = append(d.Warnings, fmt.Sprintf("… and %d more files are left out", a.unreadable-maxWarnings))
	}
	return nil
}

// album makes arrays of image files.
type album struct {
	*draft
	folder     string
	reading    imageReading
	progress   func(done int)
	done       int
	unreadable int
}

// add decodes the files of a part and writes its arrays, unless there are no
// images to write.
func (a *album) add(ctx context.Context, part string, files []imageFile) (n int, x, y string, err error) {
	// How many images can be read is known only at the end, and the header of
	// an array begins with it: the pixels wait in a file of their own.
	pixels, err := os.CreateTemp(a.dir, ".pixels.*.tmp")
	if err != nil {
		return 0, "", "", fault.Wrap(fault.IO, err, "cannot write into the cache", a.dir, "set GANZOO_CACHE to a folder that you may write to")
	}
	defer os.Remove(pixels.Name())
	defer pixels.Close()
	labels, err := a.decode(ctx, files, pixels)
	if err != nil || len(labels) == 0 {
		return 0, "", "", err
	}
	n = len(labels)
	x, err = a.draft.add(part+"-x.npy", func(w io.Writer) error {
		if _, err := pixels.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.WriteString(w, npy.Header(npy.Uint8, append([]int{n}, a.Dataset.Shape...))); err != nil {
			return err
		}
		_, err := io.Copy(w, pixels)
		return err
	})
	if err != nil || a.Dataset.Classes == 0 {
		return n, x, "", err
	}
	y, err = addArray(a.draft, part+"-y.npy", []int{n}, labels)
	return n, x, y, err
}

// decode writes the pixels of the images that can be read, and returns their
// labels.
func (a *album) decode(ctx context.Context, files []imageFile, pixels io.Writer) ([]int64, error) {
	var labels []int64
	for some := range slices.Chunk(files, chunk) {
		images, errs := decodeAll(ctx, a.folder, some, a.reading)
		if ctx.Err() != nil {
			return nil, canceled(ctx, "stopped while reading images")
		}
		for i, f := range some {
			if errs[i] != nil {
				a.unreadable++
				a.warn(fmt.Sprintf("%s is left out: %v", filepath.Join(a.folder, filepath.FromSlash(f.path)), errs[i]))
				continue
			}
			if _, err := pixels.Write(images[i]); err != nil {
				return nil, fault.Wrap(fault.IO, err, "cannot write into the cache", a.dir, "free some space, or set GANZOO_CACHE to another folder")
			}
			labels = append(labels, int64(f.class))
		}
		a.done += len(some)
		a.progress(a.done)
	}
	return labels, nil
}

// warn remembers a file that was left out; Resolve tells the user, also when
// the dataset comes from the cache later.
func (d *draft) warn(message string) {
	if len(d.Warnings) < maxWarnings {
		d.Warnings = append(d.Warnings, message)
	}
}

// decodeAll decodes files side by side, in their order.
func decodeAll(ctx context.Context, folder string, files []imageFile, reading imageReading) (images [][]uint8, errs []error) {
	images, errs = make([][]uint8, len(files)), make([]error, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		workers.Go(func() {
			for i := range next {
				images[i], errs[i] = decodeImage(filepath.Join(folder, filepath.FromSlash(files[i].path)), reading)
			}
		})
	}
	for i := range files {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	return images, errs
}
