// Package lockfile remembers which plugins were registered: their path, their
// hash and their description, in one canonical file that is sorted and written
// by the machine.
//
// It neither starts nor hashes anything; package host does both.
package lockfile

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/filelock"
	"github.com/ganzoo/ganzoo/zoo"
)

// Name of the file in the folder of plugins.
const Name = "plugins.lock.json"

// version of the file's form. A file of a later version is refused.
const version = 1

// Scheme prefixes the hashes this package's callers understand; an entry with
// another scheme is kept in the file and otherwise passed over.
const Scheme = "sha256:"

// File is a lock file, which need not exist yet.
type File struct{ Path string }

// Entry is one registered plugin.
type Entry struct {
	Path        string          `json:"path"` // absolute
	Hash        string          `json:"hash"` // of the file at Path, with its scheme: "sha256:…"
	MTLS        bool            `json:"mtls"` // whether it speaks mutual TLS
	Description zoo.Description `json:"description"`
}

// content is the file's form.
type content struct {
	Comment string  `json:"_"`
	Version int     `json:"version"`
	Plugins []Entry `json:"plugins"` // sorted by Description.Name
}

// Read returns the entries whose hashes are of a known scheme, sorted by name.
// A missing file has none.
func (f File) Read() ([]Entry, error) {
	all, err := f.read()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e Entry) bool { return !strings.HasPrefix(e.Hash, Scheme) }), nil
}

func (f File) read() ([]Entry, error) {
	raw, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read the list of registered plugins", f.Path, fault.ToRead(err))
	}
	if err := checkOpen(f.Path); err != nil {
		return nil, err
	}
	return parse(raw, f.Path)
}

// checkOpen refuses a file that any user may change or replace: what it names is
// started with the rights of whoever starts zoo. Windows has no such bits.
func checkOpen(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	for _, p := range []string{path, filepath.Dir(path)} {
		info, err := os.Stat(p)
		if err != nil {
			return fault.Wrap(fault.IO, err, "cannot read the list of registered plugins", p, fault.ToRead(err))
		}
		if info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return fault.New(fault.IO, "the list of registered plugins may be changed by everyone on this machine", p,
				"look at what it names, then close it: chmod o-w "+p)
		}
	}
	return nil
}

func parse(raw []byte, where string) ([]Entry, error) {
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, fault.Wrap(fault.IO, err, "the list of registered plugins is damaged", where, "delete the file and register your plugins again")
	}
	if c.Version != version {
		return nil, fault.New(fault.IO, "the list of registered plugins was written by another version of zoo", where, "use that version, or delete the file and register your plugins again")
	}
	for _, e := range c.Plugins {
		if e.Description.Name == "" || !filepath.IsAbs(e.Path) {
			return nil, fault.New(fault.IO, "the list of registered plugins is damaged: an entry has no name or no absolute path", where, "delete the file and register your plugins again")
		}
	}
	sortByName(c.Plugins)
	return c.Plugins, nil
}

// Put adds an entry or replaces the one of the same name.
func (f File) Put(e Entry) error {
	return f.update(func(list []Entry) []Entry { return append(without(list, e.Description.Name), e) })
}

// Remove deletes the entry of that name and reports whether there was one.
func (f File) Remove(name string) (bool, error) {
	found := false
	err := f.update(func(list []Entry) []Entry {
		rest := without(list, name)
		found = len(rest) < len(list)
		return rest
	})
	return found, err
}

// update rewrites the file under a lock, so that two registrations at once
// both stay.
func (f File) update(change func([]Entry) []Entry) error {
	dir := filepath.Dir(f.Path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fault.Wrap(fault.IO, err, "cannot make the folder of plugins", dir, fault.ToWrite(err))
	}
	unlock, err := filelock.Lock(f.Path + ".lock")
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot lock the list of registered plugins", f.Path, fault.ToWrite(err))
	}
	defer unlock()
	list, err := f.read()
	if err != nil {
		return err
	}
	list = change(list)
	sortByName(list)
	raw, err := json.MarshalIndent(content{
		Comment: "Written by `zoo plugin`; a hand-made change is overwritten.",
		Version: version,
		Plugins: list,
	}, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(f.Path, append(raw, '\n'))
}

func without(list []Entry, name string) []Entry {
	return slices.DeleteFunc(list, func(e Entry) bool { return e.Description.Name == name })
}

func sortByName(list []Entry) {
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Description.Name, b.Description.Name) })
}
