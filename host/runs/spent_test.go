package runs

import (
	"testing"
	"time"
)

func TestSpentAt(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "gan", noon)
	if got, want := r.SpentAt(7), (Spent{Step: 7}); got != want {
		t.Errorf("without events: got %+v", got)
	}
	write(t, r.EventsPath(), []byte(`{"type":"checkpoint","step":7,"epoch":0.5,"elapsed":1.5}
{"type":"progress","step":7,"epoch":0.9,"elapsed":9}
{"type":"checkpoint","step":9,"epoch":0.7,"elapsed":2}
{"type":"checkpoint","step":11,"epo
{"type":"checkpoint","step":7,"epoch":0.5,"elapsed":1.75}`))
	for step, want := range map[int64]Spent{
		7:  {7, 0.5, 1750 * time.Millisecond}, // the latest of that step
		9:  {9, 0.7, 2 * time.Second},
		11: {Step: 11},
	} {
		if got := r.SpentAt(step); got != want {
			t.Errorf("at step %d: got %+v, want %+v", step, got, want)
		}
	}
}
