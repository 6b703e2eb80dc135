package process

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Hash returns the SHA-256 of a file as "sha256:" and hexadecimal digits.
func Hash(path string) (string, error) {
	sum, _, err := hashFile(path)
	return sum, err
}

// hashFile also returns what the file was while it was read.
func hashFile(path string) (string, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", nil, err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), info, nil
}

// verified is a file whose hash was found to be the registered one.
type verified struct {
	name, path string
	info       fs.FileInfo
}

// verify compares the file that is about to be executed with the hash it was
// registered by. go-plugin's SecureConfig cannot do it here: it knows no path
// when a runner starts the process, and a script's path is its interpreter's.
func verify(name, path, want string) (*verified, error) {
	got, info, err := hashFile(path)
	if err != nil {
		return nil, fault.Wrap(fault.Plugin, err, "cannot read plugin "+name, path, "put the file back, or remove the plugin: zoo plugin remove "+name)
	}
	if got != want {
		return nil, changed(name, path)
	}
	return &verified{name: name, path: path, info: info}, nil
}

// unchanged tells, after the start, whether the file at the path is still the
// one that was hashed, which narrows the window between hashing and executing:
// a file swapped or rewritten in it is noticed before the plugin is spoken to.
func (v *verified) unchanged() error {
	now, err := os.Stat(v.path)
	if err != nil || !os.SameFile(now, v.info) || !now.ModTime().Equal(v.info.ModTime()) || now.Size() != v.info.Size() {
		return changed(v.name, v.path)
	}
	return nil
}

func changed(name, path string) error {
	return fault.New(fault.Plugin, fmt.Sprintf("plugin %s is not the file that was registered: its SHA-256 differs", name), path,
		"if you trust the new file, register it again: zoo plugin add "+path)
}
