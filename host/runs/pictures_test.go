package runs

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestPictures: in the order of steps beyond what the names are padded to, and in
// folders whose names mean something to a pattern.
func TestPictures(t *testing.T) {
	r := &Run{Dir: filepath.Join(t.TempDir(), "runs [old]", "gan")}
	if list, err := r.Pictures(); err != nil || list != nil {
		t.Errorf("of a run without any: %v, %v", list, err)
	}
	if err := os.MkdirAll(r.SamplesDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"step-999999.png", "step-1000000.png", "step-000000.png", "step-000007.svg", "other.png"} {
		write(t, filepath.Join(r.SamplesDir(), name), nil)
	}
	list, err := r.Pictures()
	if err != nil {
		t.Fatal(err)
	}
	var steps []int64
	for _, p := range list {
		steps = append(steps, p.Step)
	}
	if !slices.Equal(steps, []int64{0, 999999, 1000000}) || filepath.Base(list[2].Path) != "step-1000000.png" {
		t.Errorf("got %v", list)
	}
}
