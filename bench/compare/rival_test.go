package main

import (
	"testing"
	"time"
)

func TestRivalTakesItsFastestSetting(t *testing.T) {
	speed := map[threads]float64{1: 30, 2: 50, 3: 40}
	var last time.Duration
	r, err := newRival(work{}, "library", []threads{1, 2, 3}, options{Clock: 8 * time.Second}, func(n threads, clock time.Duration) (measurement, error) {
		last = clock
		return measurement{ImagesPerSecond: speed[n], content: content{Generator: 7}}, nil
	})
	if err != nil || r.setting != "2 threads" || last != 4*time.Second {
		t.Fatalf("setting %q tried for %v, error %v", r.setting, last, err)
	}
	if err := r.run(content{Generator: 7}); err != nil || r.runs[0].ImagesPerSecond != 50 || last != 8*time.Second {
		t.Errorf("%v in %v, error %v", r.runs, last, err)
	}
	if err := r.run(content{Generator: 8}); err == nil {
		t.Error("a run of another work counts")
	}
}
