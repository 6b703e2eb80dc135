package kernel

import "testing"

// eachClass runs a test once for every class that this machine and build can
// run.
func eachClass(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	for c := range detect() + 1 {
		t.Run(c.String(), func(t *testing.T) {
			defer force(c)()
			test(t)
		})
	}
}

// withEachClass calls f under every class that this machine and build can run,
// for tests in which what is common to the classes is dear.
func withEachClass(f func()) {
	for c := range detect() + 1 {
		undo := force(c)
		f()
		undo()
	}
}

func TestChooseClass(t *testing.T) {
	best := detect()
	for _, tt := range []struct {
		name string
		want class
		unit pairUnit
	}{
		{"", best, detectUnit()},
		{"generic", generic, noPairs},
		{"sse", best, detectUnit()},
		{"avx512bf16", best, min(detectUnit(), avx512bf16)},
		{"amx", best, detectUnit()},
	} {
		if got, unit := choose(tt.name); got != tt.want || unit != tt.unit {
			t.Errorf("choose(%q) = %v and unit %d, want %v and unit %d", tt.name, got, unit, tt.want, tt.unit)
		}
	}
	for c := range best + 1 {
		if got, unit := choose(c.String()); got != c || unit != noPairs {
			t.Errorf("choose(%q) = %v and unit %d, want no other and none", c, got, unit)
		}
	}
}

func TestClassName(t *testing.T) {
	eachClass(t, func(t *testing.T) {
		if Class() != active.String() {
			t.Errorf("Class() = %q, active is %v", Class(), active)
		}
	})
}
