package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestKindsHaveNames(t *testing.T) {
	for k := Internal; k <= Canceled; k++ {
		content, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		var again Kind
		if err := json.Unmarshal(content, &again); err != nil || again != k {
			t.Errorf("%d is written as %s and read as %d, %v", int(k), content, int(again), err)
		}
	}
	if got := Kind(99).String(); got != "internal" {
		t.Errorf("an unknown kind is %q", got)
	}
	var later Kind = Data
	if err := later.UnmarshalText([]byte("of a later version")); err != nil || later != Internal {
		t.Errorf("a name of a later version is %d, %v", int(later), err)
	}
}

// TestCause: what Where tells is not told twice, and what it does not is told.
func TestCause(t *testing.T) {
	refused := errors.New("refused")
	at := func(path string) error {
		return &os.PathError{Op: "open", Path: filepath.FromSlash(path), Err: refused}
	}
	for _, c := range []struct {
		err         error
		where, want string
	}{
		{nil, "/d/a", ""},
		{refused, "/d/a", "refused"},
		{at("/d/a"), "/d/a", "refused"},
		{at("/home/d/a"), "d/a", "refused"},
		{at("/home/d/a"), "./d/a", "refused"},
		{at("/d/.a.tmp"), "/d/a", "refused"},
		{at("/d/.lock"), "/d", "refused"},
		{at(".probe"), ".", "refused"},
		{fmt.Errorf("making it: %w", &os.LinkError{Op: "rename", Old: "/d/.a.tmp", New: "/d/a", Err: refused}), "/d/a", "refused"},
		{at("/d/sub/b"), "/d", at("/d/sub/b").Error()},
		{at("/d/b"), "/d", at("/d/b").Error()},
		{at("/d/b"), "", at("/d/b").Error()},
	} {
		if got := Wrap(IO, c.err, "cannot do it", filepath.FromSlash(c.where), "").Cause(); got != c.want {
			t.Errorf("%v at %s: got %q, want %q", c.err, c.where, got, c.want)
		}
	}
}
