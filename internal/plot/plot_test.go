package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// wellFormed reads the picture to its end as XML.
func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
}

func TestSVG(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	long := make([]Point, 10*maxPoints)
	for i := range long {
		long[i] = Point{float64(i), math.Sin(float64(i))}
	}
	for name, c := range map[string]Chart{
		"none":       {Title: "nothing"},
		"empty":      {Series: []Series{{Name: "d"}}},
		"one point":  {Series: []Series{{Name: "d", Points: []Point{{3, 4}}}}},
		"flat":       {Series: []Series{{Name: "d", Points: []Point{{0, 2}, {1, 2}}}}},
		"not finite": {Series: []Series{{Name: "d", Points: []Point{{0, nan}, {1, inf}, {2, 1}, {3, 2}}, Spread: []float64{0, 0, 1, 1}}}},
		"markup":     {Title: "<a&b>", Series: []Series{{Name: `"<g>"`, Points: long}}},
		"doubling":   {Doubling: true, Series: []Series{{Name: "d", Points: []Point{{16, 1}, {512, 2}}}}},
		"many":       {Series: slices.Repeat([]Series{{Name: "x", Points: []Point{{0, 1}, {1, 0}}}}, 19)},
	} {
		t.Run(name, func(t *testing.T) {
			svg := c.SVG()
			wellFormed(t, svg)
			if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
				t.Errorf("a figure that is none in\n%s", svg)
			}
		})
	}
}

func TestThinKeepsTheMean(t *testing.T) {
	s := Series{Points: make([]Point, 4*maxPoints)}
	for i := range s.Points {
		s.Points[i] = Point{float64(i), float64(i % 4)}
	}
	got := thin(s)
	if len(got.Points) != maxPoints || got.Points[7] != (Point{29.5, 1.5}) {
		t.Errorf("%d points, the eighth %v", len(got.Points), got.Points[7])
	}
}

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		a, b float64
		want []float64
	}{
		{0, 10, []float64{0, 2, 4, 6, 8, 10}},
		{-1, 1, []float64{-1, -0.5, 0, 0.5, 1}},
		{100, 400, []float64{100, 200, 300, 400}},
	} {
		if got := ticks(tt.a, tt.b); !slices.Equal(got, tt.want) {
			t.Errorf("%v…%v: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestDoublingTicks(t *testing.T) {
	for _, tt := range []struct {
		a, b float64 // the ends of X
		want []float64
	}{
		{16, 512, []float64{16, 32, 64, 128, 256, 512}},
		{28, 64, []float64{32, 64}},
		{1, 1 << 14, []float64{1, 4, 16, 64, 256, 1024, 4096, 16384}},
	} {
		got := doublingTicks(math.Log2(tt.a), math.Log2(tt.b))
		for i := range got {
			got[i] = math.Exp2(got[i])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v…%v: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestLegendHoldsItsNames: no name runs into the next one's swatch.
func TestLegendHoldsItsNames(t *testing.T) {
	names := []Series{{Name: "dcgan28, 2 threads"}, {Name: "d"}}
	if w := legendWidth(names); w < swatch+4+18*6 {
		t.Errorf("%d pixels for %q", w, names[0].Name)
	}
	if w := legendWidth(names[1:]); w != legendEntry {
		t.Errorf("%d pixels for a short name", w)
	}
}

func TestLabel(t *testing.T) {
	for v, want := range map[float64]string{math.Copysign(0, -1): "0", 0.25: "0.25", 20000: "20k", 3e6: "3M", -500: "-500"} {
		if got := label(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
