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
	}{
		{"", best},
		{"generic", generic},
		{"avx2", min(avx2, best)},
		{"avx512", min(avx512, best)},
		{"sse", best},
	} {
		if got := choose(tt.name); got != tt.want {
			t.Errorf("choose(%q) = %v, want %v", tt.name, got, tt.want)
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
