package gan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestTheFirstCheckpointIsEarly: a training that is killed soon has lost some
// seconds, not all.
func TestTheFirstCheckpointIsEarly(t *testing.T) {
	a := newArchive(t.TempDir(), 0)
	var at []time.Duration
	for elapsed := time.Duration(0); elapsed < 3*time.Minute; elapsed += time.Second {
		step := int64(elapsed / time.Second)
		if !a.due(step, elapsed) {
			continue
		}
		at = append(at, elapsed)
		if _, err := a.write(step, elapsed, func(path string) error { return os.WriteFile(path, nil, 0o600) }); err != nil {
			t.Fatal(err)
		}
	}
	if want := []time.Duration{5 * time.Second, 65 * time.Second, 125 * time.Second}; !slices.Equal(at, want) {
		t.Errorf("checkpoints at %v, want %v", at, want)
	}
}

// TestPruneCountsSteps: 10⁸ has a digit more than the steps before it.
func TestPruneCountsSteps(t *testing.T) {
	a := newArchive(t.TempDir(), 1)
	const first = 99_999_998
	for step := int64(first); step < first+5; step++ {
		if _, err := a.write(step, 0, func(path string) error { return os.WriteFile(path, nil, 0o600) }); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(a.dir, "step-*"+suffix))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for step := first + 2; step < first+5; step++ {
		want = append(want, filepath.Join(a.dir, fmt.Sprintf("step-%08d%s", step, suffix)))
	}
	if !slices.Equal(left, want) {
		t.Errorf("left are %v, want %v", left, want)
	}
}
