package main

import (
	"strings"
	"testing"
)

func TestPassed(t *testing.T) {
	curve := func(name string, values ...float64) []*moment {
		var list []*moment
		for i, v := range values {
			list = append(list, &moment{seconds: float64(10 * (i + 1)), figures: map[string]float64{name: v}})
		}
		return list
	}
	fid, score := qualities[0], qualities[1]
	for _, c := range []struct {
		name  string
		q     quality
		curve []*moment
		mark  float64
		want  float64
		ok    bool
	}{
		{"between two", fid, curve(fid.name, 50, 40, 20, 10), 30, 25, true},
		{"at one", fid, curve(fid.name, 50, 30, 20), 30, 20, true},
		{"at the first", fid, curve(fid.name, 20, 10), 30, 10, true},
		{"never", fid, curve(fid.name, 50, 40), 30, 0, false},
		{"and back", fid, curve(fid.name, 50, 20, 40, 20), 30, 35, true},
		{"rising", score, curve(score.name, 4, 6), 5, 15, true},
		{"rising, never", score, curve(score.name, 4, 4.5), 5, 0, false},
	} {
		if got, ok := c.q.passed(c.curve, c.mark); got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v, want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
	text := table("x", curve(fid.name, 50, 10), curve(fid.name, 50, 50, 10))
	for _, want := range []string{"| FID (LeNet) ≤ 30 | 15 | 25 | 1.7 |", "| FID (LeNet) ≤ 8 | not reached | not reached |  |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
}
