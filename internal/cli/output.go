package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// checkOutput refuses a file that could not be written, or whose name has none
// of the endings, before time is spent on its content.
func checkOutput(path string, endings ...string) error {
	if !slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
		stem := strings.Trim(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), ".-/")
		if stem == "" {
			stem = "out"
		}
		return usagef("name it like "+stem+endings[0], "cannot tell what to write into %s: its name must end in %s", path, strings.Join(endings, " or "))
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usagef("name a file in it", "%s is a folder", path)
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.IO, fmt.Sprintf("cannot write %s: its folder does not exist", filepath.Base(path)), dir, "make it first or choose another")
	case err != nil:
		return fault.Wrap(fault.IO, err, "cannot write "+filepath.Base(path), dir, fault.ToWrite(err))
	case !info.IsDir():
		return fault.New(fault.IO, fmt.Sprintf("cannot write %s: that is no folder", filepath.Base(path)), dir, "choose another")
	}
	return checkWritable(dir)
}

// checkWritable makes a file in the folder and takes it away again, which is
// the only test that knows of read-only file systems, quotas and access lists.
func checkWritable(dir string) error {
	probe, err := os.CreateTemp(dir, ".zoo-*.tmp")
	if err == nil {
		probe.Close()
		return os.Remove(probe.Name())
	}
	return fault.Wrap(fault.IO, err, "cannot write into the folder", dir, fault.ToWrite(err))
}

// must is for calls that fail only on a defect of this package's own.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
