package kernel

import "testing"

func TestPeakIsMeasuredWhereThereAreFMAs(t *testing.T) {
	for c := range detect() + 1 {
		undo := force(c)
		peak := PeakGFLOPS(1)
		undo()
		t.Logf("%s: %.0f GFLOP/s a core", c, peak)
		if (peak > 0) != (c > generic) {
			t.Errorf("the peak of %s is %v", c, peak)
		}
	}
}
