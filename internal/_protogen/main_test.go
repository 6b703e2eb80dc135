package main

import (
	"io/fs"
	"path/filepath"
	"testing"
)

// TestCommittedCodeIsCurrent regenerates the code of every .proto file of the
// repository and compares it with what is committed.
func TestCommittedCodeIsCurrent(t *testing.T) {
	dirs := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".proto" {
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			dirs[dir] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Fatal("no .proto file found")
	}
	for dir := range dirs {
		t.Run(filepath.ToSlash(dir), func(t *testing.T) {
			if err := run(dir, true); err != nil {
				t.Error(err)
			}
		})
	}
}
