package data

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

func TestResolveRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file.png")
	writeFile(t, file, nil)
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		kind fault.Kind
		want string
	}{
		{"", fault.Usage, "zoo data list"},
		{"mnits", fault.NotFound, `did you mean "mnist"`},
		{"no-such-thing", fault.NotFound, "zoo data list"},
		{filepath.Join(dir, "none"), fault.NotFound, "no such folder"},
		{"./none", fault.NotFound, "no such folder"},
		{file, fault.Data, "a file"},
		{empty, fault.Data, "PNG, JPEG or GIF"},
	} {
		_, err := Resolve(t.Context(), tt.name, Options{CacheDir: t.TempDir()})
		if fault.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestImport(t *testing.T) {
	_, files := digits()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, trainImages+".gz"), gzipped(files[trainImages]))
	writeFile(t, filepath.Join(dir, trainLabels), files[trainLabels])
	cacheDir := t.TempDir()
	t.Setenv("GANZOO_CACHE", cacheDir)

	d, err := Import(t.Context(), dir, "my-digits", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "my-digits" || d.Count != 6 || d.Classes != 3 || d.TestX != "" || d.TestY != "" {
		t.Errorf("got %+v", d)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	again, err := Resolve(t.Context(), "my-digits", Options{})
	if err != nil || again.Fingerprint != d.Fingerprint || again.TrainX != d.TrainX {
		t.Errorf("got %+v, %v", again, err)
	}
	if _, err := Resolve(t.Context(), "my-digist", Options{}); err == nil || !strings.Contains(err.Error(), `"my-digits"`) {
		t.Errorf("got %v", err)
	}
	list, err := List()
	if err != nil {
		t.Fatal(err)
	}
	if last := list[len(list)-1]; last.Name != "my-digits" || last.Builtin || !last.Cached || last.Count != 6 {
		t.Errorf("listed as %+v", last)
	}
	if err := os.Truncate(d.TrainX, 20); err != nil {
		t.Fatal(err)
	}
	if _, err := Resolve(t.Context(), "my-digits", Options{}); fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "zoo data import") {
		t.Errorf("got %v", err)
	}
}

func TestImportRefuses(t *testing.T) {
	_, files := digits()
	idx := t.TempDir()
	writeFile(t, filepath.Join(idx, trainImages), files[trainImages])
	wrongLabels := t.TempDir()
	writeFile(t, filepath.Join(wrongLabels, trainImages), files[trainImages])
	writeFile(t, filepath.Join(wrongLabels, trainLabels), idxBytes([]int{2}, []uint8{1, 2}))
	corrupt := t.TempDir()
	writeFile(t, filepath.Join(corrupt, trainImages), files[trainImages][:20])
	for _, tt := range []struct {
		folder, name string
		kind         fault.Kind
		want         string
	}{
		{idx, "ring8", fault.Usage, "made, not imported"},
		{idx, "../up", fault.Usage, "cannot name"},
		{idx, "Upper", fault.Usage, "cannot name"},
		{idx, "folder-x", fault.Usage, "cannot name"},
		{idx, "mnist", fault.Data, "longer|truncated|not there"},
		{wrongLabels, "digits", fault.Data, "do not fit"},
		{corrupt, "digits", fault.Data, "corrupt IDX"},
		{t.TempDir(), "digits", fault.Data, "no images"},
		{filepath.Join(idx, "none"), "digits", fault.Data, "no such folder"},
	} {
		_, err := Import(t.Context(), tt.folder, tt.name, Options{CacheDir: t.TempDir()})
		if fault.KindOf(err) != tt.kind {
			t.Errorf("%s: got %v", tt.name, err)
			continue
		}
		if !slices.ContainsFunc(strings.Split(tt.want, "|"), func(w string) bool { return strings.Contains(err.Error(), w) }) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestListCountsTestExamples(t *testing.T) {
	_, files := digits()
	dir := t.TempDir()
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	t.Setenv("GANZOO_CACHE", t.TempDir())
	d, err := Import(t.Context(), dir, "whole", Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := npy.Map(d.TestX)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	list, err := List()
	if err != nil {
		t.Fatal(err)
	}
	if last := list[len(list)-1]; last.Name != "whole" || last.Test != x.Shape[0] || last.Test == 0 {
		t.Errorf("listed as %+v, with %d test examples", last, x.Shape[0])
	}
}

func TestListIsWhatResolves(t *testing.T) {
	t.Setenv("GANZOO_CACHE", t.TempDir())
	list, err := List()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, info := range list {
		names = append(names, info.Name)
		if !info.Builtin || info.Cached || info.Title == "" {
			t.Errorf("%+v", info)
		}
	}
	if want := []string{"mnist", "fashion-mnist", "cifar10", "stacked-mnist", "ring8", "grid25", "swissroll", "circles", "moons"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	d, err := Resolve(t.Context(), "moons", Options{})
	if err != nil {
		t.Fatal(err)
	}
	list, err = List()
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range list {
		if info.Cached != (info.Name == "moons") {
			t.Errorf("%+v", info)
		}
		if info.Name == "moons" && (info.Count != d.Count || info.Classes != d.Classes || !slices.Equal(info.Shape, d.Shape) || info.Path != filepath.Dir(d.TrainX)) {
			t.Errorf("listed as %+v, resolved as %+v", info, d)
		}
	}
}
