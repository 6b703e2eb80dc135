package metrics

import (
	"math"
	"slices"
	"testing"
)

func TestModes(t *testing.T) {
	centres := [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}}
	samples := points(
		0, 0, // on a centre
		0, 0.29, // 2.9σ
		0, 0.31, // 3.1σ: of the same mode, not of high quality
		1, 0.1,
		9, 9, // of the mode (1,1), which it does not capture
	)
	m, err := Modes(samples, centres, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if m.Modes != 4 || m.Captured != 2 || m.HighQuality != 3.0/5 || !slices.Equal(m.Counts, []int{3, 1, 0, 1}) {
		t.Errorf("got %+v", m)
	}
	want := 0.6*math.Log(4*0.6) + 2*0.2*math.Log(4*0.2)
	if math.Abs(m.ReverseKL-want) > 1e-12 {
		t.Errorf("reverse KL %v, want %v", m.ReverseKL, want)
	}
}

func TestReverseKLEnds(t *testing.T) {
	centres := [][2]float64{{0, 0}, {1, 0}, {2, 0}}
	even, err := Modes(points(0, 0, 1, 0, 2, 0), centres, 0.1)
	if err != nil || even.ReverseKL != 0 {
		t.Errorf("even: %v, %v", even.ReverseKL, err)
	}
	one, err := Modes(points(1, 0, 1, 0), centres, 0.1)
	if err != nil || math.Abs(one.ReverseKL-math.Log(3)) > 1e-12 {
		t.Errorf("one mode: %v, %v", one.ReverseKL, err)
	}
}
