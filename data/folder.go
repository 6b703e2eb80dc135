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

// MaxSize is the largest side that images are scaled to, in pixels: a training on
// larger ones is out of reach.
const MaxSize = 1024

const (
	defaultSize = 32
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
		return nil, fault.Wrap(fault.Data, err, "cannot read the folder", folder, "")
	}
	size, channels, err := imageOptions(o)
	if err != nil {
		return nil, err
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%d %d", abs, size, channels))
	return imageDataset(ctx, c, folderKeyPrefix+hex.EncodeToString(h[:8]), abs, abs, o)
}

// importImages is resolveFolder under a name of the user's.
func importImages(ctx context.Context, c cache, folder, name string, o *Options) (*manifest, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the folder", folder, "")
	}
	return imageDataset(ctx, c, name, name, abs, o)
}

func imageDataset(ctx context.Context, c cache, key, name, folder string, o *Options) (*manifest, error) {
	size, channels, err := imageOptions(o)
	if err != nil {
		return nil, err
	}
	list, err := scan(folder)
	if err != nil {
		return nil, err
	}
	if len(list.files) == 0 {
		return nil, fault.New(fault.Data, "no images in the folder", folder, "it needs PNG, JPEG or GIF files, in itself or in a sub-folder for each class")
	}
	r := newRecipe(fmt.Sprintf("images %d %d", size, channels))
	for _, f := range list.files {
		r.add(f.path, fmt.Append(nil, f.bytes, f.modified))
	}
	return c.get(ctx, key, r.String(), o, func(ctx context.Context, d *draft) error {
		d.Origin, d.Dataset.Name = folder, name
		return buildImages(ctx, d, folder, list, size, channels, o)
	})
}

// imageOptions fills in the defaults.
func imageOptions(o *Options) (size, channels int, err error) {
	size, channels = o.Size, o.Channels
	if size == 0 {
		size = defaultSize
	}
	if channels == 0 {
		channels = 3
	}
	if size < 1 || size > MaxSize {
		return 0, 0, fault.New(fault.Usage, fmt.Sprintf("images of size %d", size), "--size", fmt.Sprintf("choose a side of 1 to %d pixels", MaxSize))
	}
	if channels != 1 && channels != 3 {
		return 0, 0, fault.New(fault.Usage, fmt.Sprintf("images of %d channels", channels), "", "choose 1 (grey) or 3 (colour)")
	}
	return size, channels, nil
}

// listing is what a folder of images holds, in the order of the paths.
type listing struct {
	files   []imageFile
	classes []string // sub-folders; empty when the images are unlabelled
}

type imageFile struct {
	path     string // inside the folder, with slashes
	class    int
	bytes    int64
	modified int64 // Unix nanoseconds
}

// scan finds the images of a folder and of all below it. When every image is
// in a sub-folder, and there are at least two of these, the sub-folders of the
// first level are the classes. Hidden files and folders are passed over, links
// to folders not followed.
func scan(folder string) (listing, error) {
	var l listing
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return l, fault.Wrap(fault.Data, err, "cannot read the folder", folder, "")
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
		l.files = append(l.files, imageFile{filepath.ToSlash(inside), 0, info.Size(), info.ModTime().UnixNano()})
		return nil
	})
	if err != nil {
		return l, fault.Wrap(fault.Data, err, "cannot read the folder", folder, "")
	}
	slices.SortFunc(l.files, func(a, b imageFile) int { return strings.Compare(a.path, b.path) })
	l.label()
	return l, nil
}

// label makes the sub-folders of the first level the classes, in their order.
func (l *listing) label() {
	number := map[string]int{}
	var classes []string
	for i := range l.files {
		class, _, nested := strings.Cut(l.files[i].path, "/")
		if !nested {
			return
		}
		if _, ok := number[class]; !ok {
			number[class] = len(classes)
			classes = append(classes, class)
		}
	}
	if len(classes) < 2 {
		return
	}
	l.classes = classes
	for i := range l.files {
		class, _, _ := strings.Cut(l.files[i].path, "/")
		l.files[i].class = number[class]
	}
}

// buildImages decodes every image and writes the arrays. What cannot be read
// is reported and left out.
func buildImages(ctx context.Context, d *draft, folder string, l listing, size, channels int, o *Options) error {
	// How many images can be read is known only at the end, and the header of
	// an array begins with it: the pixels wait in a file of their own.
	pixels, err := os.CreateTemp(d.dir, ".pixels.*.tmp")
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot write into the cache", d.dir, "set GANZOO_CACHE to a folder that you may write to")
	}
	defer os.Remove(pixels.Name())
	defer pixels.Close()

	var labels []int64
	unreadable := 0
	for start := 0; start < len(l.files); start += chunk {
		files := l.files[start:min(start+chunk, len(l.files))]
		images, errs := decodeAll(ctx, folder, files, size, channels)
		if ctx.Err() != nil {
			return canceled(ctx, "stopped while reading images")
		}
		for i, f := range files {
			if errs[i] != nil {
				unreadable++
				d.warn(fmt.Sprintf("%s is left out: %v", filepath.Join(folder, filepath.FromSlash(f.path)), errs[i]))
				continue
			}
			if _, err := pixels.Write(images[i]); err != nil {
				return fault.Wrap(fault.IO, err, "cannot write into the cache", d.dir, "free some space, or set GANZOO_CACHE to another folder")
			}
			labels = append(labels, int64(f.class))
		}
		o.progress(Progress{Dataset: d.Dataset.Name, Origin: folder, Unit: "images", Done: int64(start + len(files)), Total: int64(len(l.files))})
	}
	n := len(labels)
	if n == 0 {
		return fault.New(fault.Data, fmt.Sprintf("none of the %d images in the folder can be read", len(l.files)), folder, d.Warnings[0])
	}
	if unreadable > maxWarnings {
		d.Warnings = append(d.Warnings, fmt.Sprintf("… and %d more files are left out", unreadable-maxWarnings))
	}
	d.Classes = l.classes
	d.Dataset.Kind = Images
	d.Dataset.Shape = []int{channels, size, size}
	d.Dataset.Count = n
	d.Dataset.Classes = len(l.classes)
	d.Dataset.TrainX, err = d.add("train-x.npy", func(w io.Writer) error {
		if _, err := pixels.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.WriteString(w, npy.Header(npy.Uint8, []int{n, channels, size, size})); err != nil {
			return err
		}
		_, err := io.Copy(w, pixels)
		return err
	})
	if err != nil || len(l.classes) == 0 {
		return err
	}
	d.Dataset.TrainY, err = addArray(d, "train-y.npy", []int{n}, labels)
	return err
}

// warn remembers a file that was left out; Resolve tells the user, also when
// the dataset comes from the cache later.
func (d *draft) warn(message string) {
	if len(d.Warnings) < maxWarnings {
		d.Warnings = append(d.Warnings, message)
	}
}

// decodeAll decodes files side by side, in their order.
func decodeAll(ctx context.Context, folder string, files []imageFile, size, channels int) (images [][]uint8, errs []error) {
	images, errs = make([][]uint8, len(files)), make([]error, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		workers.Go(func() {
			for i := range next {
				images[i], errs[i] = decodeImage(filepath.Join(folder, filepath.FromSlash(files[i].path)), size, channels)
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
