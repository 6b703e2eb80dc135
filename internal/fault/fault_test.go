package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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

// TestCause: Where names the file already.
func TestCause(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{refused, "refused"},
		{&os.PathError{Op: "open", Path: "/a", Err: refused}, "refused"},
		{fmt.Errorf("making it: %w", &os.LinkError{Op: "rename", Old: "/a", New: "/b", Err: refused}), "refused"},
	} {
		if got := Wrap(IO, c.err, "cannot write a", "/a", "").Cause(); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
	}
}
