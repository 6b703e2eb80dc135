package data

import (
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
)

// A ring whose linspace counts both ends has the first mode twice and 7 modes
// in all; ours has 8, at least .765 from each other (the side of a regular
// octagon in a unit circle, 2·sin(π/8)).
func TestRingHasEightModes(t *testing.T) {
	m, ok := Toy("ring8")
	if !ok || len(m.Centres) != 8 || m.SD != 0.01 {
		t.Fatalf("got %+v", m)
	}
	for i, a := range m.Centres {
		if r := math.Hypot(a[0], a[1]); math.Abs(r-1) > 1e-12 {
			t.Errorf("mode %d lies at radius %v", i, r)
		}
		for j, b := range m.Centres[:i] {
			if d := math.Hypot(a[0]-b[0], a[1]-b[1]); d < 2*math.Sin(math.Pi/8)-1e-12 {
				t.Errorf("modes %d and %d are %v apart", i, j, d)
			}
		}
	}
}

func TestGridIsSpacedByTwo(t *testing.T) {
	m, ok := Toy("grid25")
	if !ok || len(m.Centres) != 25 || m.SD != 0.05 {
		t.Fatalf("got %+v", m)
	}
	seen := map[[2]float64]bool{}
	for _, c := range m.Centres {
		seen[c] = true
		for _, v := range c {
			if math.Abs(v) > 4 || math.Mod(v, 2) != 0 {
				t.Errorf("a centre at %v", c)
			}
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d different centres", len(seen))
	}
}

func TestOnlyMixturesHaveCentres(t *testing.T) {
	for _, name := range []string{"swissroll", "circles", "moons", "mnist", "none"} {
		if m, ok := Toy(name); ok {
			t.Errorf("%s: got %+v", name, m)
		}
	}
}

func TestToys(t *testing.T) {
	cacheDir := t.TempDir()
	for _, tt := range []struct {
		name    string
		classes int
		reach   float64 // no point is farther from 0 on either axis
	}{
		{"ring8", 8, 1.06}, {"grid25", 25, 4.3}, {"swissroll", 0, 2.1}, {"circles", 2, 1.3}, {"moons", 2, 2.3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Resolve(t.Context(), tt.name, Options{CacheDir: cacheDir})
			if err != nil {
				t.Fatal(err)
			}
			if d.Kind != Points || !slices.Equal(d.Shape, []int{2}) || d.Count != 100_000 || d.Classes != tt.classes || (d.TrainY == "") != (tt.classes == 0) {
				t.Errorf("got %+v", d)
			}
			train, err := npy.ReadTensor(d.TrainX)
			if err != nil {
				t.Fatal(err)
			}
			test, err := npy.ReadTensor(d.TestX)
			if err != nil {
				t.Fatal(err)
			}
			if train.Shape.String() != "100000×2" || test.Shape.String() != "10000×2" {
				t.Errorf("shapes %v and %v", train.Shape, test.Shape)
			}
			if slices.Equal(train.Data[:4], test.Data[:4]) {
				t.Error("the test points are training points")
			}
			for i, v := range train.Data {
				if !(math.Abs(float64(v)) < tt.reach) {
					t.Fatalf("element %d is %v", i, v)
				}
			}
		})
	}
}

// Labels are the modes the points were drawn from, the modes are equally
// likely, and the noise has its standard deviation.
func TestToyLabelsAndNoise(t *testing.T) {
	for _, y := range []*toy{ring8, grid25} {
		m, _ := Toy(y.name)
		const n = 50_000
		x, labels := y.draw("train", n)
		counts := make([]int, len(m.Centres))
		squares := 0.0
		for i, l := range labels {
			counts[l]++
			dx, dy := float64(x[2*i])-m.Centres[l][0], float64(x[2*i+1])-m.Centres[l][1]
			squares += dx*dx + dy*dy
		}
		if sd := math.Sqrt(squares / (2 * n)); math.Abs(sd/m.SD-1) > 0.02 {
			t.Errorf("%s: noise of %v, want %v", y.name, sd, m.SD)
		}
		want := float64(n) / float64(len(counts))
		for mode, c := range counts {
			// Six standard deviations of a binomial count.
			if math.Abs(float64(c)-want) > 6*math.Sqrt(want) {
				t.Errorf("%s: mode %d has %d points, want about %.0f", y.name, mode, c, want)
			}
		}
	}
}
