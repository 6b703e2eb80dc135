package lockfile

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func entry(name, hash string) Entry {
	return Entry{Path: "/plugins/zoo-plugin-" + name, Hash: hash, MTLS: true, Description: zoo.Description{Name: name, Kinds: []zoo.Kind{zoo.Images}}}
}

func names(t *testing.T, f File) (list []string) {
	t.Helper()
	entries, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Description.Name)
	}
	return list
}

func TestPutAndRemove(t *testing.T) {
	f := File{Path: filepath.Join(t.TempDir(), "new", Name)}
	if got := names(t, f); got != nil {
		t.Errorf("a missing file has %v", got)
	}
	for _, name := range []string{"zeta", "hinge", "alpha"} {
		if err := f.Put(entry(name, Scheme+"00")); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]string{"alpha", "hinge", "zeta"}, names(t, f)); d != "" {
		t.Error(d)
	}
	if err := f.Put(entry("hinge", Scheme+"01")); err != nil {
		t.Fatal(err)
	}
	entries, _ := f.Read()
	if d := cmp.Diff(entry("hinge", Scheme+"01"), entries[1]); d != "" {
		t.Error(d)
	}
	for _, want := range []bool{true, false} {
		if found, err := f.Remove("hinge"); err != nil || found != want {
			t.Errorf("removing: %v, %v", found, err)
		}
	}
	if d := cmp.Diff([]string{"alpha", "zeta"}, names(t, f)); d != "" {
		t.Error(d)
	}
}

// folder is one that others may not write to, whatever the umask: those of
// t.TempDir are as open as it leaves them.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The same plugins give the same bytes, in whatever order they came.
func TestCanonical(t *testing.T) {
	var contents []string
	for _, order := range [][]string{{"a", "b", "c"}, {"c", "a", "b"}} {
		f := File{Path: filepath.Join(folder(t), Name)}
		for _, name := range order {
			if err := f.Put(entry(name, Scheme+"00")); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, string(raw))
	}
	if contents[0] != contents[1] {
		t.Error(cmp.Diff(contents[0], contents[1]))
	}
}

// An entry of a later program's hash scheme is not used and not lost.
func TestUnknownScheme(t *testing.T) {
	f := File{Path: filepath.Join(folder(t), Name)}
	for _, e := range []Entry{entry("future", "blake9:00"), entry("hinge", Scheme+"00")} {
		if err := f.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]string{"hinge"}, names(t, f)); d != "" {
		t.Error(d)
	}
	raw, err := os.ReadFile(f.Path)
	if err != nil || !strings.Contains(string(raw), "blake9:00") {
		t.Errorf("the entry is gone from %s, %v", raw, err)
	}
}

func TestRefused(t *testing.T) {
	f := File{Path: filepath.Join(folder(t), Name)}
	for name, content := range map[string]string{
		"cut":           `{"version":1,"plu`,
		"later version": `{"version":2,"plugins":[]}`,
		"no version":    `{}`,
		"no name":       `{"version":1,"plugins":[{"path":"/x","hash":"sha256:00"}]}`,
		"relative path": `{"version":1,"plugins":[{"path":"x","hash":"sha256:00","description":{"name":"x"}}]}`,
	} {
		if err := os.WriteFile(f.Path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read(); fault.KindOf(err) != fault.IO || !strings.Contains(err.Error(), f.Path) {
			t.Errorf("%s: got %v", name, err)
		}
		if err := f.Put(entry("hinge", Scheme+"00")); err == nil {
			t.Errorf("%s: overwritten", name)
		}
	}
}

// TestOpenToAll: a list that anyone could add to is not believed.
func TestOpenToAll(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // without such permissions
	}
	f := File{Path: filepath.Join(t.TempDir(), "plugins", Name)}
	if err := f.Put(entry("hinge", Scheme+"00")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path    string
		mode    os.FileMode
		refused bool
	}{
		{f.Path, 0o666, true},
		{f.Path, 0o664, false}, // a group's own affair
		{filepath.Dir(f.Path), 0o777, true},
		{filepath.Dir(f.Path), 0o777 | os.ModeSticky, false}, // where nobody replaces another's file
		{filepath.Dir(f.Path), 0o700, false},
	} {
		if err := os.Chmod(c.path, c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := f.Read()
		if refused := fault.KindOf(err) == fault.IO; refused != c.refused || !refused && err != nil {
			t.Errorf("%s with %v: %v", filepath.Base(c.path), c.mode, err)
		}
	}
}

func TestAtOnce(t *testing.T) {
	f := File{Path: filepath.Join(folder(t), Name)}
	const n = 10
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := f.Put(entry("p"+strconv.Itoa(i), Scheme+"00")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := names(t, f); len(got) != n {
		t.Errorf("%d of %d stayed: %v", len(got), n, got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"plugins":[{"path":"/x","hash":"sha256:00","mtls":true,"description":{"name":"x"}}]}`))
	f.Add([]byte(`{"version":1,"plugins":null}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := parse(raw, "file")
		if err != nil && fault.KindOf(err) != fault.IO {
			t.Errorf("got %v", err)
		}
		for _, e := range entries {
			if e.Description.Name == "" || !filepath.IsAbs(e.Path) {
				t.Errorf("accepted %+v", e)
			}
		}
	})
}
