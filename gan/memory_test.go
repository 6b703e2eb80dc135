package gan

import (
	"maps"
	"runtime"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestSizesBeyondTheMachine: what does not fit is a sentence that names the
// setting, told before the memory is asked for.
func TestSizesBeyondTheMachine(t *testing.T) {
	defer func(f func() (uint64, bool)) { freeMemory = f }(freeMemory)
	d := points(t)
	for _, tc := range []struct {
		name   string
		free   uint64
		config zoo.Config
		says   []string // of the refusal; nil: it trains
	}{
		// toy of width 4096 has two layers of 4096² weights, 134 MB, with moments
		// and an average 470 MB.
		{"wide networks", 100e6, zoo.Config{Batch: 8, Params: map[string]string{"width": "4096"}}, []string{"networks of width 4096", "0.1 GB are free", "--set width"}},
		// 16384 rows of 128 values, of many layers.
		{"a large batch", 2e6, zoo.Config{Batch: 16384}, []string{"a step of the hinge", "--batch"}},
		{"a batch that is not even read", 2e5, zoo.Config{Batch: 16384, Params: map[string]string{"width": "2"}}, []string{"the batches of a step", "--batch"}},
		{"what fits", 100e6, zoo.Config{Batch: 8}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			freeMemory = func() (uint64, bool) { return tc.free, true }
			// The size of networks is told without training; that of a step is not.
			if err := hinge.check(tc.config, &d); (err != nil) != (tc.name == "wide networks") {
				t.Errorf("asked beforehand, it says %v", err)
			}
			tc.config.Steps, tc.config.Threads = 1, 1
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: tc.config}).err
			runtime.ReadMemStats(&after)
			if tc.says == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if fault.KindOf(err) != fault.Usage {
				t.Fatalf("got %v, want a fault of kind Usage", err)
			}
			for _, part := range tc.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 10e6 {
				t.Errorf("%d bytes were allocated for a refusal", taken)
			}
		})
	}
}

// TestUnknownMemoryBoundsNothing: not every system tells.
func TestUnknownMemoryBoundsNothing(t *testing.T) {
	defer func(f func() (uint64, bool)) { freeMemory = f }(freeMemory)
	freeMemory = func() (uint64, bool) { return 0, false }
	if err := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 1}}).err; err != nil {
		t.Error(err)
	}
}

// TestCheckMemoryCountsWhatIsMade: the estimate is the size of the variables.
func TestCheckMemoryCountsWhatIsMade(t *testing.T) {
	defer func(f func() (uint64, bool)) { freeMemory = f }(freeMemory)
	for name, params := range map[string]map[string]string{
		"adam with an average":         {},
		"rmsprop without":              {"optimizer": "rmsprop", "ema": "0"},
		"historical averaging":         {"historical_averaging": "on"},
		"a normalised discriminator":   {"norm_d": "batch"},
		"spectrally normalised weight": {"spectral_norm": "on"},
	} {
		t.Run(name, func(t *testing.T) {
			freeMemory = func() (uint64, bool) { return 0, false }
			all := map[string]string{"width": "2", "latent": "3"}
			maps.Copy(all, params)
			made := 0
			for _, v := range newTestModel(t, all).Variables() {
				made += valueBytes * v.Value.Shape.Size()
			}
			freeMemory = func() (uint64, bool) { return uint64(made), true }
			newTestModel(t, all)
			freeMemory = func() (uint64, bool) { return uint64(made) * 9 / 10, true }
			_, _, err := NewModel(hinge, zoo.Config{Arch: "slim28", Batch: 4, Params: all}, &smallImages)
			if fault.KindOf(err) != fault.Usage {
				t.Errorf("with less than %d bytes got %v, want a fault of kind Usage", made, err)
			}
		})
	}
}
