package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Options say where to look and how to make a dataset. The zero value serves.
type Options struct {
	CacheDir string // empty: Dir()
	From     string // folder with a dataset's published files, brought by hand; empty: GANZOO_DATA

	// How the images of a folder are read.
	Size       int        // side, in pixels; 0: 32
	Channels   int        // 1 grey, 3 colour; 0: 3
	Background Background // what transparent parts become; empty: White
	Zoom       int        // 0: the largest square from the middle is scaled; else the whole picture is centred, each pixel enlarged so many times
	Like       *Dataset   // whose reading holds where the four above say nothing; nil: the defaults do

	Progress  func(Progress)       // may be nil
	Warn      func(message string) // told of unreadable images and of damage in the cache; may be nil
	Transport http.RoundTripper    // for the mirrors; nil: the default, which honours HTTPS_PROXY

	origins []origin // instead of the known ones, in tests
}

// byHand is the folder that the user brought files in; empty: none.
func (o *Options) byHand() string { return cmp.Or(o.From, os.Getenv("GANZOO_DATA")) }

// onlyFolders refuses what is said of a folder's images where there is none, unless
// it is how these data were read anyway.
func (o *Options) onlyFolders(d Dataset) error {
	if (o.Background == "" || o.Background == d.Background) && (o.Zoom == 0 || o.Zoom == d.Zoom) {
		return nil
	}
	return fault.New(fault.Usage, d.Name+" is no folder of images to read in another way", "--data",
		"leave --background and --zoom out: they say how a folder of images is read")
}

func (o *Options) warn(message string) {
	if o.Warn != nil {
		o.Warn(message)
	}
}

func (o *Options) progress(p Progress) {
	if o.Progress != nil {
		o.Progress(p)
	}
}

// Resolve makes a dataset ready and returns where its arrays are. The name is
// a built-in one (List), one given to Import, or the path of a folder of
// images or of CIFAR-10's batches or their archive; a word that is neither of the
// former is taken for a path when it exists. Cached arrays are checked by their SHA-256 and made again
// when they are damaged.
//
// Faults: NotFound for an unknown name, Data for data that is nowhere to be
// had or unfit, Usage for impossible options, IO for a cache that cannot be
// written, Canceled when ctx ends.
func Resolve(ctx context.Context, name string, o Options) (Dataset, error) {
	c, err := openCache(o.CacheDir)
	if err != nil {
		return Dataset{}, err
	}
	m, err := resolve(ctx, c, name, &o)
	if err != nil {
		return Dataset{}, err
	}
	for _, w := range m.Warnings {
		o.warn(w)
	}
	return m.Dataset, nil
}

func resolve(ctx context.Context, c cache, name string, o *Options) (*manifest, error) {
	if name == "" {
		return nil, fault.New(fault.Usage, "no dataset named", "--data", "`zoo data list` shows them, and a folder of images is one too")
	}
	for _, b := range builtins {
		if b.info().Name == name {
			if err := o.onlyFolders(Dataset{Name: name}); err != nil {
				return nil, err
			}
			return b.resolve(ctx, c, o)
		}
	}
	if isImportName(name) {
		m, err := c.verified(name, "")
		if err == nil {
			return m, o.onlyFolders(m.Dataset)
		}
		if !errors.Is(err, errAbsent) && !errors.Is(err, errStale) {
			return nil, fault.Wrap(fault.Data, err, fmt.Sprintf("the cached copy of %q is damaged", name), c.folder(name),
				fmt.Sprintf("import it again: zoo data import FOLDER %s", name))
		}
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && isCIFAR(name):
		if err := o.onlyFolders(Dataset{Name: name}); err != nil {
			return nil, err
		}
		return cifar10.resolvePath(ctx, c, name, o)
	case err == nil && info.IsDir():
		return resolveFolder(ctx, c, name, o)
	case err == nil:
		return nil, fault.New(fault.Data, "a dataset is a folder of images, and this is a file", name, "name the folder")
	case looksLikePath(name) && errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.NotFound, "no such folder", name, "name a folder of images that is there, or a dataset that `zoo data list` shows")
	case looksLikePath(name):
		return nil, fault.Wrap(fault.Data, err, "cannot read the folder", name, fault.ToRead(err))
	}
	return nil, fault.New(fault.NotFound, fmt.Sprintf("unknown dataset %q", name), "",
		didyoumean.Sentence(name, knownNames(c), "`zoo data list` shows all, and a folder of images is one too"))
}

func looksLikePath(name string) bool {
	return strings.ContainsAny(name, `/\`) || name == "." || name == ".." || filepath.IsAbs(name)
}

// Import makes a dataset of the caller's own folder and keeps it in the cache
// under a name. The folder holds images (as for Resolve), raw or gzipped IDX
// files named like MNIST's, or CIFAR-10's batches, whose archive may stand in its
// place. Under the name of a built-in dataset the files must be its own.
func Import(ctx context.Context, place, name string, o Options) (Dataset, error) {
	c, err := openCache(o.CacheDir)
	if err != nil {
		return Dataset{}, err
	}
	m, err := importPath(ctx, c, place, name, &o)
	if err != nil {
		return Dataset{}, err
	}
	for _, w := range m.Warnings {
		o.warn(w)
	}
	return m.Dataset, nil
}

func importPath(ctx context.Context, c cache, place, name string, o *Options) (*manifest, error) {
	info, err := os.Stat(place)
	const mend = "name a folder with images, IDX files or the batches of CIFAR-10, or the archive of these"
	switch {
	case err != nil:
		return nil, fault.New(fault.Data, "no such folder", place, mend)
	case !info.IsDir() && !isArchive(place):
		return nil, fault.New(fault.Data, "this file is no dataset", place, mend)
	}
	for _, b := range builtins {
		if b.info().Name != name {
			continue
		}
		known, ok := b.(importable)
		if !ok {
			return nil, fault.New(fault.Usage, fmt.Sprintf("%q is made, not imported", name), "", "choose another name")
		}
		return known.importFrom(ctx, c, place, o)
	}
	if !isImportName(name) {
		return nil, fault.New(fault.Usage, fmt.Sprintf("%q cannot name a dataset", name), "",
			"use small letters, digits, dots, dashes and underscores, beginning with a letter or digit")
	}
	switch {
	case isCIFAR(place):
		return cifar10.build(ctx, c, name, name, place, o)
	case hasIDX(place):
		return importIDX(ctx, c, place, name, o)
	}
	return importImages(ctx, c, place, name, o)
}

// importable is a built-in dataset whose published files a user may bring.
type importable interface {
	importFrom(ctx context.Context, c cache, place string, o *Options) (*manifest, error)
}

// importName excludes what could be a path or a folder of the cache's own.
var importName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func isImportName(name string) bool {
	return importName.MatchString(name) && !strings.HasPrefix(name, folderKeyPrefix)
}

// canceled is the fault of a context that ended.
func canceled(ctx context.Context, what string) error {
	return fault.Wrap(fault.Canceled, context.Cause(ctx), what, "", "")
}
