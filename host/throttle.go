package host

import (
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// An honest plugin reports progress a few times a second. One that floods the
// host would fill the disk with events.jsonl: beyond a burst, its progress and
// warnings are let through at this rate. Nothing else is ever left out.
const (
	eventBurst     = 1000
	eventsASecond  = 100
	reportInterval = 10 * time.Second // of what was left out
)

// throttle is a token bucket.
type throttle struct {
	tokens   float64
	last     time.Time
	left     int // events left out and not yet reported
	reported time.Time
}

func newThrottle() throttle { return throttle{tokens: eventBurst} }

// drop says whether to leave the event out.
func (t *throttle) drop(ev *zoo.Event, now time.Time) bool {
	if ev.Type != zoo.Progress && ev.Type != zoo.Warning {
		return false
	}
	if !t.last.IsZero() {
		t.tokens = min(eventBurst, t.tokens+eventsASecond*now.Sub(t.last).Seconds())
	}
	t.last = now
	if t.tokens < 1 {
		t.left++
		return true
	}
	t.tokens--
	return false
}

// dropped returns how many events were left out, at most once in a while.
func (t *throttle) dropped() int {
	if t.left == 0 || t.last.Sub(t.reported) < reportInterval {
		return 0
	}
	n := t.left
	t.left, t.reported = 0, t.last
	return n
}
