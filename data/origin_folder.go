package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folderOrigin is a folder with raw or gzipped files: one that the user names,
// or one that a system package fills.
type folderOrigin struct {
	label string
	dirs  []string // tried in turn for each file
	named bool     // by the user, who is told when it is not there
}

func (o folderOrigin) String() string { return o.label }

func (o folderOrigin) fetch(_ context.Context, want []rawFile, in *intake) error {
	if !o.exists() {
		if o.named {
			return errors.New("no such folder")
		}
		return errUnavailable
	}
	var failures []error
	for _, f := range want {
		path, ok := findIDX(o.dirs, f.name)
		if !ok {
			failures = append(failures, fmt.Errorf("%s is not there", f.name))
			continue
		}
		if err := takeFile(path, f, in); err != nil {
			failures = append(failures, err)
		}
	}
	return together(failures)
}

func (o folderOrigin) exists() bool {
	for _, dir := range o.dirs {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

func takeFile(path string, f rawFile, in *intake) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	return in.take(f, r)
}

// findIDX looks for a raw file under the names it goes by: as published
// (train-images-idx3-ubyte), with a dot (train-images.idx3-ubyte), either of
// them gzipped.
func findIDX(dirs []string, name string) (path string, ok bool) {
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	for _, dir := range dirs {
		for _, file := range []string{name, name + ".gz", dotted, dotted + ".gz"} {
			path := filepath.Join(dir, file)
			info, err := os.Stat(path)
			if err == nil && info.Mode().IsRegular() {
				return path, true
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return path, true // there, and opening it says what is wrong
			}
		}
	}
	return "", false
}
