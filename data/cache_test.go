package data

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

func TestIDXDatasetThroughTheCache(t *testing.T) {
	set, files := digits()
	c := testCache(t)
	source := &memory{name: "memory", files: files}
	o := &Options{origins: []origin{source}}
	m, err := set.resolve(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	d := m.Dataset
	if d.Name != "digits" || d.Kind != Images || !slices.Equal(d.Shape, []int{1, 2, 3}) || d.Count != 6 || d.Classes != 10 {
		t.Errorf("got %+v", d)
	}
	if !strings.HasPrefix(d.Fingerprint, "sha256:") || len(d.Fingerprint) != 7+64 {
		t.Errorf("fingerprint %q", d.Fingerprint)
	}
	x, err := npy.Map(d.TrainX)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if b, err := x.Uint8(); err != nil || !bytes.Equal(b, files[trainImages][16:]) || !slices.Equal(x.Shape, []int{6, 1, 2, 3}) {
		t.Errorf("%v: %v, %v", x.Shape, b, err)
	}
	y, err := npy.Map(d.TestY)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	if labels, err := y.Int64(); err != nil || !slices.Equal(labels, []int64{2, 9}) {
		t.Errorf("%v, %v", labels, err)
	}

	again, err := set.resolve(t.Context(), c, o)
	if err != nil || again.Dataset.Fingerprint != d.Fingerprint || source.asked != 1 {
		t.Errorf("again: %v, asked %d times, %v", again, source.asked, err)
	}
	other, err := set.resolve(t.Context(), testCache(t), o)
	if err != nil || other.Dataset.Fingerprint != d.Fingerprint {
		t.Errorf("elsewhere: %v, %v", other, err)
	}
}

// What is in the cache is no answer to a folder that has something else.
func TestImportLooksAtTheFolder(t *testing.T) {
	set, files := digits()
	c, o := testCache(t), &Options{}
	genuine := t.TempDir()
	for name, content := range files {
		writeFile(t, filepath.Join(genuine, name), content)
	}
	for range 2 {
		m, err := set.importFrom(t.Context(), c, genuine, o)
		if err != nil || m.Dataset.Count != 6 {
			t.Fatalf("%+v, %v", m, err)
		}
	}
	other := t.TempDir()
	for name := range files {
		writeFile(t, filepath.Join(other, name), files[testImages])
	}
	for name, folder := range map[string]string{"nothing": t.TempDir(), "other files": other} {
		if _, err := set.importFrom(t.Context(), c, folder, o); fault.KindOf(err) != fault.Data {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Whatever happens to a cached file, the next Resolve notices and mends it.
func TestDamagedCacheIsMadeAgain(t *testing.T) {
	set, files := digits()
	for _, tt := range []struct {
		name   string
		damage func(path string) error
		silent bool
	}{
		{"truncated array", func(dir string) error { return os.Truncate(filepath.Join(dir, "train-x.npy"), 130) }, false},
		{"altered array", func(dir string) error {
			return overwrite(filepath.Join(dir, "test-y.npy"), 128, 7)
		}, false},
		{"array gone", func(dir string) error { return os.Remove(filepath.Join(dir, "test-x.npy")) }, false},
		{"manifest cut", func(dir string) error { return os.Truncate(filepath.Join(dir, manifestFile), 40) }, false},
		{"manifest gone", func(dir string) error { return os.Remove(filepath.Join(dir, manifestFile)) }, true},
		{"manifest of another program", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestFile), []byte(`{"format": 99}`), 0o644)
		}, true},
		{"manifest naming another file", func(dir string) error {
			path := filepath.Join(dir, manifestFile)
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, bytes.ReplaceAll(b, []byte("train-x.npy"), []byte("../../x.npy")), 0o644)
		}, false},
		{"manifest with another fingerprint", func(dir string) error {
			path := filepath.Join(dir, manifestFile)
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, bytes.Replace(b, []byte(`"fingerprint": "sha256:`), []byte(`"fingerprint": "sha256:0`), 1), 0o644)
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := testCache(t)
			source := &memory{name: "memory", files: files}
			var warnings []string
			o := &Options{origins: []origin{source}, Warn: func(s string) { warnings = append(warnings, s) }}
			first, err := set.resolve(t.Context(), c, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.damage(c.folder("digits")); err != nil {
				t.Fatal(err)
			}
			m, err := set.resolve(t.Context(), c, o)
			if err != nil || m.Dataset.Fingerprint != first.Dataset.Fingerprint || source.asked != 2 {
				t.Errorf("got %v after asking %d times, %v", m, source.asked, err)
			}
			if (len(warnings) == 0) != tt.silent {
				t.Errorf("warnings %q", warnings)
			}
		})
	}
}

func overwrite(path string, at int64, b byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte{b}, at)
	return errors.Join(err, f.Close())
}

func TestUnobtainable(t *testing.T) {
	set, _ := digits()
	c := testCache(t)
	down := &memory{name: "mirror.test", err: errors.New("connection refused")}
	_, err := set.resolve(t.Context(), c, &Options{origins: []origin{down}})
	if fault.KindOf(err) != fault.Data {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"mirror.test: connection refused", trainImages, testLabels, "zoo data import FOLDER digits", "GANZOO_DATA"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	if m, _ := filepath.Glob(filepath.Join(c.folder("digits"), "*.npy")); len(m) > 0 {
		t.Errorf("left behind: %v", m)
	}
}

func TestManyAtOnceMakeOnce(t *testing.T) {
	set, files := digits()
	c := testCache(t)
	source := &memory{name: "memory", files: files}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			m, err := set.resolve(t.Context(), c, &Options{origins: []origin{source}})
			if err != nil || m.Dataset.Count != 6 {
				t.Errorf("got %v, %v", m, err)
			}
		})
	}
	wg.Wait()
	if source.asked != 1 {
		t.Errorf("fetched %d times", source.asked)
	}
}

func TestWaitingForAnotherMakerIsCancelled(t *testing.T) {
	set, files := digits()
	c := testCache(t)
	if err := os.MkdirAll(c.folder("digits"), 0o755); err != nil {
		t.Fatal(err)
	}
	unlock, err := c.lock(t.Context(), "digits")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = set.resolve(ctx, c, &Options{origins: []origin{&memory{files: files}}})
	if fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestCacheNotWritable(t *testing.T) {
	set, files := digits()
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	_, err := set.resolve(t.Context(), cache{file}, &Options{origins: []origin{&memory{files: files}}})
	if fault.KindOf(err) != fault.IO || !strings.Contains(err.Error(), "GANZOO_CACHE") {
		t.Errorf("got %v", err)
	}
}

func TestDir(t *testing.T) {
	t.Setenv("GANZOO_CACHE", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "/home/someone")
	if runtime.GOOS == "linux" {
		if dir, err := Dir(); err != nil || dir != "/home/someone/.cache/ganzoo" {
			t.Errorf("got %q, %v", dir, err)
		}
	}
	base := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", base)
	if dir, err := Dir(); err != nil || dir != filepath.Join(base, "ganzoo") {
		t.Errorf("got %q, %v", dir, err)
	}
	own := t.TempDir()
	t.Setenv("GANZOO_CACHE", own)
	if dir, err := Dir(); err != nil || dir != own {
		t.Errorf("got %q, %v", dir, err)
	}
}

// FuzzManifest: whatever stands in a manifest, it is refused or its files are
// inside its folder and as it says.
func FuzzManifest(f *testing.F) {
	set, files := digits()
	c, err := openCache(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := set.resolve(f.Context(), c, &Options{origins: []origin{&memory{files: files}}}); err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(c.folder("digits"), manifestFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"format": 1, "dataset": {"train_x": "train-x.npy"}, "files": {"..": {}}}`))
	f.Add([]byte(`{"format": 1, "dataset": null, "files": null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := c.verified("digits", "")
		if err != nil {
			return
		}
		for _, file := range m.Dataset.files() {
			if *file != "" && filepath.Dir(*file) != c.folder("digits") {
				t.Errorf("%s is outside", *file)
			}
		}
		if s, err := Open(m.Dataset); err == nil {
			s.Close()
		}
	})
}
