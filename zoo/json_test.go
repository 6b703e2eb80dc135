package zoo

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEventJSON(t *testing.T) {
	for name, c := range map[string]struct{ ev, want *Event }{
		"full": {fullEvent, fullEvent},
		"diverging": {
			&Event{Type: Progress, Losses: map[string]float64{"d": math.NaN(), "g": math.Inf(1)}, Remaining: math.Inf(1), Measures: []Measure{{Name: "m", Value: math.NaN()}}},
			&Event{Type: Progress, Losses: map[string]float64{"d": math.NaN(), "g": math.NaN()}, Measures: []Measure{{Name: "m", Value: math.NaN()}}},
		},
	} {
		raw, err := json.Marshal(c.ev)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := &Event{}
		if err := json.Unmarshal(raw, got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, raw)
		}
		if d := cmp.Diff(c.want, got, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestEventJSONForm(t *testing.T) {
	raw, err := json.Marshal(Event{Type: Progress, Step: 3, ImagesPerSecond: 10, Losses: map[string]float64{"d": .5}})
	want := `{"type":"progress","time":"0001-01-01T00:00:00Z","step":3,"images_per_second":10,"losses":{"d":0.5}}`
	if err != nil || string(raw) != want {
		t.Errorf("got %s, %v", raw, err)
	}
}
