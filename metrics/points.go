package metrics

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// checkPoints refuses what is no set of finite points in the plane, so that no
// measure has to say what the distance to NaN is.
func checkPoints(t *tensor.Tensor, what string) error {
	if len(t.Shape) != 2 || t.Shape[1] != 2 || t.Shape[0] == 0 || t.Shape.Size() != len(t.Data) {
		return fault.New(fault.Usage, fmt.Sprintf("%s of shape %v where N×2 is wanted", what, t.Shape), "", "this measure is for points in the plane")
	}
	for i, v := range t.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fault.New(fault.Data, fmt.Sprintf("number %d of the %s is not finite", i/2, what), "", "the generator has diverged: go back to an earlier checkpoint")
		}
	}
	return nil
}
