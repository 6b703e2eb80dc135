package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/npy"
)

// Info is a line of `zoo data list`.
type Info struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Kind    Kind   `json:"kind"`
	Shape   []int  `json:"shape"` // of one example
	Count   int    `json:"count"` // training examples
	Test    int    `json:"test"`  // test examples
	Classes int    `json:"classes"`
	Builtin bool   `json:"builtin"`
	Cached  bool   `json:"cached"`         // its manifest is there; Resolve checks the arrays
	Path    string `json:"path,omitempty"` // of its folder in the cache, when cached

	// How the folder's images were read that it was imported from, as of a Dataset.
	Background Background `json:"background,omitempty"`
	Zoom       int        `json:"zoom,omitempty"`
}

// builtin is a dataset that this program knows how to get or make.
type builtin interface {
	info() Info // Cached and Path are left to List
	resolve(ctx context.Context, c cache, o *Options) (*manifest, error)
}

var builtins = []builtin{mnist, fashionMNIST, cifar10, stackedMNIST, ring8, grid25, swissRoll, circles, moons}

// List returns the built-in datasets, then the imported ones by name. It
// reads the cache's manifests, and of the arrays a header at most.
func List() ([]Info, error) {
	c, err := openCache("")
	if err != nil {
		return nil, err
	}
	var list []Info
	for _, b := range builtins {
		info := b.info()
		info.Builtin = true
		if _, err := c.manifest(info.Name); err == nil {
			info.Cached, info.Path = true, c.folder(info.Name)
		}
		list = append(list, info)
	}
	for _, name := range c.imported() {
		m, err := c.manifest(name)
		if err != nil {
			list = append(list, Info{Name: name, Title: fmt.Sprintf("damaged (%v): import it again", err), Path: c.folder(name)})
			continue
		}
		list = append(list, Info{
			Name: name, Title: m.title(), Kind: m.Dataset.Kind, Shape: m.Dataset.Shape,
			Count: m.Dataset.Count, Test: c.testExamples(m), Classes: m.Dataset.Classes, Cached: true, Path: c.folder(name),
			Background: m.Dataset.Background, Zoom: m.Dataset.Zoom,
		})
	}
	return list, nil
}

// testExamples is how many test examples a dataset of the cache has: 0 where it has
// none, or where their array cannot be read, which Resolve tells.
func (c cache) testExamples(m *manifest) int {
	if m.Dataset.TestX == "" {
		return 0
	}
	x, err := npy.Map(filepath.Join(c.folder(m.Dataset.Name), m.Dataset.TestX))
	if err != nil {
		return 0
	}
	defer x.Close()
	return x.Shape[0]
}

// title says where imported data are from, and how their images were read where
// neither the usual way nor the shape tells it.
func (m *manifest) title() string {
	var flags string
	if m.Dataset.Zoom > 0 {
		flags = fmt.Sprintf(" --zoom %d", m.Dataset.Zoom)
	}
	if m.Dataset.Background == Black {
		flags += " --background black"
	}
	if flags != "" {
		flags = " with" + flags
	}
	return "imported from " + m.Origin + flags
}

// imported names the datasets of the cache that are neither built in nor
// made of a folder on the fly.
func (c cache) imported() []string {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		known := slices.ContainsFunc(builtins, func(b builtin) bool { return b.info().Name == e.Name() })
		if !known && e.IsDir() && isImportName(e.Name()) {
			if _, err := os.Stat(filepath.Join(c.folder(e.Name()), manifestFile)); err == nil {
				names = append(names, e.Name())
			}
		}
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

func knownNames(c cache) []string {
	var names []string
	for _, b := range builtins {
		names = append(names, b.info().Name)
	}
	return append(names, c.imported()...)
}
