package e2e

import (
	"encoding/json"
	"testing"
)

// TestSamplesAreOfTheClassAskedFor trains conditional variants with their defaults,
// cut short, and has the classifier of digits read what they were asked for. The
// bounds are for these few steps, after which 93.3% and 84.6% were measured; with
// more, acgan reaches 96.8% (2,771 steps) and
// cgan 98.4% (5,000).
func TestSamplesAreOfTheClassAskedFor(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	user := newUser(t, t.TempDir())
	for _, tt := range []struct {
		variant, steps string
		atLeast        float64 // percent; by chance it is 10
	}{
		{"acgan", "600", 85},
		{"cgan", "1000", 75},
	} {
		t.Run(tt.variant, func(t *testing.T) {
			user.t = t
			user.run(zoo, "train", tt.variant, "--data", "mnist", "--steps", tt.steps)
			var told struct {
				Measures []struct {
					Value float64 `json:"value"`
				} `json:"measures"`
			}
			out := user.run(zoo, "evaluate", tt.variant, "--measures", "agreement", "--samples", "2000", "--json")
			if err := json.Unmarshal([]byte(out), &told); err != nil || len(told.Measures) != 1 {
				t.Fatalf("%v\n%s", err, out)
			}
			got := told.Measures[0].Value
			t.Logf("%s after %s steps: %.2f%% of the samples are read as asked for", tt.variant, tt.steps, got)
			if !(got >= tt.atLeast) {
				t.Errorf("%.2f%% of the samples are read as what was asked for, at least %v%% were expected", got, tt.atLeast)
			}
		})
	}
}
