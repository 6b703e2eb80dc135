package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

func TestWasserstein1Known(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b *tensor.Tensor
		want float64
	}{
		{"one point", points(0, 0), points(3, 4), 5},
		{"same set in another order", points(0, 0, 1, 1, 2, 2), points(2, 2, 0, 0, 1, 1), 0},
		{"all on one place", points(7, 7, 7, 7), points(7, 7, 7, 7), 0},
		{"shifted", points(0, 0, 1, 0, 2, 0, 5, 5), points(0, 1, 1, 1, 2, 1, 5, 6), 1},
		// Nearest neighbours would pair 0 with 1 and leave 10 for −2; the sum of
		// either pairing on a line is the same, 13, over 2.
		{"on a line", points(0, 0, -2, 0), points(1, 0, 10, 0), 6.5},
	} {
		got, err := Wasserstein1(tt.a, tt.b)
		if err != nil || math.Abs(got-tt.want) > 1e-7 {
			t.Errorf("%s: got %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

func BenchmarkWasserstein1(b *testing.B) {
	const n = 2500
	r := rand.New(rand.NewPCG(5, 6))
	x, y := tensor.New(n, 2), tensor.New(n, 2)
	for i := range x.Data {
		x.Data[i], y.Data[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
	}
	for b.Loop() {
		if _, err := Wasserstein1(x, y); err != nil {
			b.Fatal(err)
		}
	}
}
