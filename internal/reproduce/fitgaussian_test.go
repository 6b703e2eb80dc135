package reproduce

import (
	"context"
	"math"
	"testing"
)

// TestClosestGaussians: the integrals give the paper's figures to within a unit of their third
// digit.
func TestClosestGaussians(t *testing.T) {
	for _, column := range fittedGaussians {
		best, value, err := findDivergence(column.divergence).closest(fGANMixture)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []struct {
			name      string
			got, want float64
		}{{"divergence", value, column.value}, {"μ", best.mean, column.direct.mean}, {"σ", best.sd, column.direct.sd}} {
			if math.Abs(f.got-f.want) > 1e-3 {
				t.Errorf("%s: %s is %.5f, the paper has %.4f", column.divergence, f.name, f.got, f.want)
			}
		}
	}
}

// TestGameFindsClosestGaussian: a quarter of the protocol's steps come near what
// the integrals say, for every divergence.
func TestGameFindsClosestGaussian(t *testing.T) {
	for _, column := range fittedGaussians {
		best, _, err := findDivergence(column.divergence).closest(fGANMixture)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fitByGame(context.Background(), column.divergence, fitSteps/4)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.mean-best.mean) > 0.05 || math.Abs(got.sd-best.sd) > 0.05 {
			t.Errorf("%s: trained to %+v, the closest is %+v", column.divergence, got, best)
		}
	}
}
