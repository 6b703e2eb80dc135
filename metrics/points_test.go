package metrics

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

func points(xy ...float32) *tensor.Tensor { return tensor.Of(xy, len(xy)/2, 2) }

func TestPointsRefused(t *testing.T) {
	nan := float32(math.NaN())
	centres := [][2]float64{{0, 0}}
	for _, tt := range []struct {
		samples *tensor.Tensor
		kind    fault.Kind
	}{
		{tensor.New(0, 2), fault.Usage}, {tensor.New(4), fault.Usage}, {tensor.New(2, 3), fault.Usage},
		{points(0, nan), fault.Data}, {points(float32(math.Inf(-1)), 0), fault.Data},
	} {
		if _, err := Modes(tt.samples, centres, 1); fault.KindOf(err) != tt.kind {
			t.Errorf("Modes of %v: %v", tt.samples, err)
		}
		if _, err := Wasserstein1(tt.samples, tt.samples); fault.KindOf(err) != tt.kind {
			t.Errorf("Wasserstein1 of %v: %v", tt.samples, err)
		}
	}
	if _, err := Modes(points(0, 0), nil, 1); fault.KindOf(err) != fault.Usage {
		t.Errorf("no centres: %v", err)
	}
	if _, err := Wasserstein1(points(0, 0), points(0, 0, 1, 1)); fault.KindOf(err) != fault.Usage {
		t.Errorf("unequal sizes: %v", err)
	}
	many := tensor.New(MaxWassersteinPoints+1, 2)
	if _, err := Wasserstein1(many, many); fault.KindOf(err) != fault.Usage {
		t.Errorf("too many: %v", err)
	}
}
