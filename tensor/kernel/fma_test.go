package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The portable fused multiply-add must round once: checked against exact
// arithmetic on values whose product and sum need every bit, subnormal results
// among them.
func TestFMA32RoundsOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	random := func(exponent int) float32 {
		m := float64(1<<23+rng.IntN(1<<23)) * 0x1p-23
		return float32(math.Ldexp(m, rng.IntN(2*exponent)-exponent)) * float32(1-2*rng.IntN(2))
	}
	for range 50000 {
		x, y, z := random(30), random(30), random(60)
		if rng.IntN(4) == 0 { // results near the subnormal range
			y *= 0x1p-66
			z *= 0x1p-90
		}
		exact := new(big.Float).SetPrec(400).SetFloat64(float64(x))
		exact.Mul(exact, new(big.Float).SetFloat64(float64(y)))
		exact.Add(exact, new(big.Float).SetFloat64(float64(z)))
		if want, _ := exact.Float32(); fma32(x, y, z) != want {
			t.Fatalf("fma32(%b, %b, %b) = %b, want %b", x, y, z, fma32(x, y, z), want)
		}
	}
}
