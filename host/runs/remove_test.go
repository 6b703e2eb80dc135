package runs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// TestRemove: with the run goes every link that would lead nowhere, and no other.
func TestRemove(t *testing.T) {
	s, elsewhere := Store{Dir: t.TempDir()}, Store{Dir: t.TempDir()}
	r := create(t, elsewhere, "wgangp", noon, "step-1.safetensors")
	kept := create(t, elsewhere, "gan", noon)
	far := filepath.Join(t.TempDir(), "far")
	links := map[string]string{
		filepath.Join(s.Dir, "mine"):   r.Dir,
		filepath.Join(s.Dir, "again"):  r.Dir,
		filepath.Join(s.Dir, "other"):  kept.Dir,
		filepath.Join(s.Dir, "broken"): filepath.Join(s.Dir, "nothing"),
		far:                            r.Dir,
	}
	for link, to := range links {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err) // a Windows without the right to make links
		}
	}
	if list, err := s.List(); err != nil || len(list) != 2 {
		t.Errorf("two runs by three links are listed as %d, %v", len(list), err)
	}
	found, err := s.Find(far)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := found.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(found); fault.KindOf(err) != fault.Usage {
		t.Errorf("while it is trained: %v", err)
	}
	unlock()
	if err := s.Remove(found); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the run is still there: %v", err)
	}
	for link, to := range links {
		if _, err := os.Lstat(link); (err == nil) != (to != r.Dir) {
			t.Errorf("%s to %s: %v", link, to, err)
		}
	}
	if _, err := Open(kept.Dir); err != nil {
		t.Error(err)
	}
}

// A run beside a link to it is listed once, as itself.
func TestListedOnce(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	r := create(t, s, "wgangp", noon)
	if err := os.Symlink(r.ID, filepath.Join(s.Dir, "a-latest")); err != nil {
		t.Skip(err)
	}
	list, err := s.List()
	if err != nil || len(list) != 1 || list[0].Link != "" || list[0].Dir != r.Dir {
		t.Errorf("listed %+v, %v", list, err)
	}
}
